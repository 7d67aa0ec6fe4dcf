"""How long 800 posters take and how much memory they need, beside the limits: ``python -m tests.bench.posters``.

A province of 100 communes with a centre of eight counters each, printed by a job as the page starts it, then fetched
as one PDF and as a ZIP. Meanwhile another thread writes a row every few milliseconds, as citizens do: the longest it
had to wait is what printing costs them.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.print_job import PosterFormat
from survey_app.services import counters, print_jobs
from survey_app.storage import migrations, org_units, settings
from survey_app.storage.database import begin_write, make_engine
from tests.scenes import MIGRATIONS_DIR

COMMUNES, COUNTERS = 100, 8
MOST_SECONDS = 30.0
MOST_GROWTH_MB = 60.0
"""How much more memory the second half of the communes may need than the first."""
MOST_WAIT = 0.5
BASE = "https://khaosat.quangngai.example"
SINCE = date(2025, 7, 1)


def _units() -> list[OrgUnit]:
    units = [OrgUnit("51", UnitKind.PROVINCE, "Tỉnh Quảng Ngãi", None, SINCE, None, ())]
    for n in range(COMMUNES):
        commune, centre = f"51-{n:05d}", f"51-{n:05d}-TT"
        units.append(OrgUnit(commune, UnitKind.COMMUNE, f"Xã Đăk Long {n}", "51", SINCE, None, ()))
        name = f"Trung tâm Phục vụ hành chính công xã Đăk Long {n}"
        units.append(OrgUnit(centre, UnitKind.CENTRE, name, commune, SINCE, None, ()))
        units += [
            OrgUnit(f"{centre}-Q{q}", UnitKind.COUNTER, f"Quầy số {q}", centre, SINCE, None, ("Đất đai",))
            for q in range(1, COUNTERS + 1)
        ]
    return units


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Writer(threading.Thread):
    """Writes a row again and again; ``longest`` is its longest wait in seconds."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine, self.longest, self.over = engine, 0.0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.01):
            began = time.perf_counter()
            with begin_write(self.engine) as connection:
                settings.write(connection, {"mixed_release_days": 14})
            self.longest = max(self.longest, time.perf_counter() - began)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _report(name: str, value: float, limit: float, unit: str) -> bool:
    is_kept = value <= limit
    print(f"{name:<44} {value:8.2f} {unit:<3} limit {limit:6.1f} {'' if is_kept else '  TOO MUCH'}")
    return is_kept


def main() -> int:
    """Print every figure beside its limit; exit status 1 when one is not kept."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/bench.sqlite3")
        migrations.upgrade(engine, MIGRATIONS_DIR)
        with begin_write(engine) as connection:
            org_units.save(connection, _units())
        now = datetime.now(UTC)
        counters.issue_missing(engine, "51", now, "bench")
        writer, marks = Writer(engine), list[float]()

        def clock() -> datetime:
            marks.append(_megabytes())
            return datetime.now(UTC)

        def make() -> int:
            job_id = print_jobs.start(engine, "51", [PosterFormat.A4], ["vi", "en"], BASE, now, "bench")
            print_jobs.work(engine, job_id, BASE, clock)
            return job_id

        writer.start()
        made = list[int]()
        busy = time.process_time()
        seconds = _timed(lambda: made.append(make()))
        busy = time.process_time() - busy
        growth = marks[-1] - marks[len(marks) // 2]
        job, out = print_jobs.find(engine, made[0], datetime.now(UTC)), Path(folder) / "posters.zip"
        pdf = _timed(lambda: print_jobs.whole_pdf(engine, job, PosterFormat.A4))
        archive = _timed(lambda: print_jobs.write_whole_zip(engine, job, out))
        writer.over.set()
        writer.join()
        engine.dispose()
    print(f"{job.done} posters in {len(job.files)} files; at most {_megabytes():.0f} MB in all")
    kept = [
        _report("posters, one PDF and ZIP together", seconds + pdf + archive, MOST_SECONDS, "s"),
        _report("  of which making them", seconds, MOST_SECONDS, "s"),
        _report("  processor time of making them", busy, MOST_SECONDS, "s"),
        _report("  of which joining one PDF", pdf, MOST_SECONDS, "s"),
        _report("memory the second half needed more", growth, MOST_GROWTH_MB, "MB"),
        _report("longest wait of another writer", writer.longest, MOST_WAIT, "s"),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
