import re, dataclasses
from random import Random
from collections import Counter
from tests.scenes import *
from survey_app.services import release
from survey_app.services.release import run_releases
from tests.services.test_release import file_bytes, beside_its_record
import pytest
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("length", [300, 1500])
def test_x(engine, province, seed, length, monkeypatch):
    rng=Random(seed)
    stored = [
        entry(province, counter, rng, stage=stage, channel=channel, comment="ă"*rng.randint(1,length) if length and rng.random()<.5 else None)
        for counter in province.counters
        for channel, number in (("poster", 12), ("kiosk", 9), ("ticket", 9), ("phone", 9), ("paper",9))
        for stage in ("filing", "collecting","asking")
        for _ in range(number)
    ]
    rng.shuffle(stored)
    put_all(engine, stored)
    run_releases(engine, NOW, is_patient=True)
    c=file_bytes(engine)
    print(seed,length,Counter((e.channel=="poster", beside_its_record(c,e)) for e in stored))
    size=0
    for e in stored:
        want = 0 if e.channel=="poster" else 1
        if beside_its_record(c,e)!=want:
            for m in re.finditer(e.key.encode(), c):
                print(e.channel, m.start()//4096, m.start()%4096, len(c)//4096, c[m.start()-10:m.end()+100])
