"""A process that starts a worker beside itself, as the web server does."""

import multiprocessing

from fondaco.cli.worker import worker_process
from fondaco.settings import Settings


def start_and_wait(settings: Settings, database_url: str) -> None:
    """Start a worker and live until killed."""
    worker = multiprocessing.get_context("spawn").Process(
        target=worker_process, args=(settings, database_url)
    )
    worker.start()
    worker.join()
