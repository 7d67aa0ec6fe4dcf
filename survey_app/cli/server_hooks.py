"""Settings of the server process; the officer side's workers also release, one at a time."""

from __future__ import annotations

import gc
import logging
import os
import threading
from typing import Any

RELEASE_EVERY_SECONDS = 300.0
OBJECTS_BEFORE_LOOKING = 100_000

bind = f"{os.environ.get('SERVE_HOST', '127.0.0.1')}:{os.environ.get('SERVE_PORT', '8000')}"
workers = int(os.environ.get("SERVE_WORKERS", "1"))
threads = int(os.environ.get("SERVE_THREADS", "8"))
worker_class = "gthread"
accesslog = None
loglevel = "error"  # a warning about a broken request holds its sender's address and what was sent
timeout = 60
graceful_timeout = 20
limit_request_line = 2048
forwarded_allow_ips = "127.0.0.1,::1"
control_socket_disable = True


def quiet_the_collector() -> None:
    """Let Python look for unreachable cycles seldom, and not among what was loaded once and stays.

    A page of results makes a hundred thousand objects and hardly a cycle; as Python comes, looking for cycles among
    these and all loaded code takes a tenth of its time, and a twentieth of a citizen's.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BEFORE_LOOKING, 10, 10)


def post_worker_init(worker: Any) -> None:
    """Start the releaser where answers may be read."""
    quiet_the_collector()
    if os.environ.get("SURVEY_SURFACE", "all") != "citizen":
        threading.Thread(target=_release_forever, args=(worker.app.wsgi(),), name="releaser", daemon=True).start()


def _release_forever(app: Any) -> None:
    from survey_app import extensions
    from survey_app.domain.local_day import local_day
    from survey_app.services.looking_ahead import look_ahead
    from survey_app.services.print_jobs import forget_old
    from survey_app.services.release import run_releases

    pause = threading.Event()
    while True:
        with app.app_context():
            try:
                look_ahead(extensions.engine(), extensions.recipes(), local_day(extensions.now()))
                run_releases(extensions.engine(), extensions.now(), is_patient=True, themes=extensions.themes())
                look_ahead(extensions.engine(), extensions.recipes(), local_day(extensions.now()))
                forget_old(extensions.engine(), extensions.now())
            except Exception:
                logging.getLogger("releaser").exception("release failed; trying again later")
        pause.wait(RELEASE_EVERY_SECONDS)
