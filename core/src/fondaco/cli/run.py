"""`fondaco run`: database, migrations, worker and web in one group; Ctrl-C ends them all."""

import multiprocessing
import socket
import sys
from collections.abc import Callable, Sequence
from multiprocessing.process import BaseProcess

from granian import Granian
from granian.constants import Interfaces, Loops

from fondaco.cli.site import Site, hand_down, prepare
from fondaco.cli.worker import worker_process
from fondaco.settings import SettingsError

TARGET = "fondaco.serve:application"
LAST_PORT = 20


def free_port(host: str, wanted: int, *, search: bool) -> int:
    """The wanted port, or with `search` the next free one. Raises `SettingsError` if taken."""
    for port in range(wanted, wanted + (LAST_PORT if search else 1)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise SettingsError(f"port {wanted} on {host} is taken: set FONDACO_SERVER__PORT to another")


def serve(
    site: Site,
    port: int,
    *,
    worker: bool = True,
    beside: Sequence[Callable[[], BaseProcess]] = (),
) -> None:
    """Serve until stopped; the order of the end is web, what is `beside` it, worker, database."""
    hand_down(site)
    helpers = [_start_worker(site)] if worker else []
    helpers += [start() for start in beside]
    server = site.settings.server
    try:
        Granian(
            TARGET,
            factory=True,
            interface=Interfaces.ASGI,
            address=server.host,
            port=port,
            workers=server.workers,
            loop=Loops.uvloop if sys.platform != "win32" else Loops.asyncio,
            respawn_failed_workers=True,
            workers_kill_timeout=10,
            log_access=False,
        ).serve()
    finally:
        for helper in reversed(helpers):
            _stop(helper)


def run(site: Site) -> None:
    """Prepare the database and serve."""
    prepare(site)
    serve(site, free_port(site.settings.server.host, site.settings.server.port, search=False))


def _start_worker(site: Site) -> BaseProcess:
    process = multiprocessing.get_context("spawn").Process(
        target=worker_process, args=(site.settings, site.url), name="fondaco-worker"
    )
    process.start()
    return process


def _stop(process: BaseProcess) -> None:
    process.terminate()
    process.join(timeout=20)
    if process.is_alive():
        process.kill()
        process.join()
