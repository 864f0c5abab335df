"""The worker as a process: started beside the web server, or by `fondaco worker`."""

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
from asyncio import Event
from collections.abc import Sequence

from fondaco.exchange.amqp.rounds import broker_rounds
from fondaco.exchange.line import wait_for
from fondaco.exchange.staging.sweep import STAGING
from fondaco.exchange.tidy import TIDY
from fondaco.exchange.worker import Sweep, run_worker
from fondaco.hall import create_hall
from fondaco.identity.tidy import DOOR
from fondaco.orders.holds import let_go_of_ended
from fondaco.orders.payments.assembly import assemble_on_credit
from fondaco.settings import Settings
from fondaco.tasks import KERNEL_TASKS

log = logging.getLogger("fondaco.worker")

HOLDS = Sweep("holds", 2, let_go_of_ended)
ASSEMBLY = Sweep("assembly", 20, assemble_on_credit)
# Who waits for a page comes before papers and messages: under load they take what is left.
NICENESS = 10
SWEEPS: Sequence[Sweep] = (TIDY, HOLDS, ASSEMBLY, DOOR, STAGING)


def worker_process(settings: Settings, database_url: str) -> None:
    """Work until SIGTERM, or until the process that started this one is gone.

    As a child (`multiprocessing`, spawn) it leaves Ctrl-C to its parent; alone it stops on it.
    Running jobs are finished first; a second signal does not hurry them. Web processes come before
    it where the processor is short.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # It tells every failure three times, with the address; the exchange tells it once.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    if sys.platform == "win32":
        asyncio.run(_work(settings, database_url))
    else:
        import uvloop

        os.nice(NICENESS)
        uvloop.run(_work(settings, database_url))


async def _work(settings: Settings, database_url: str) -> None:
    stop = Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    parent = multiprocessing.parent_process()
    if parent is None:
        loop.add_signal_handler(signal.SIGINT, stop.set)
    else:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    hall = create_hall(settings, database_url=database_url)
    watching = asyncio.create_task(_stop_with_parent(stop))
    try:
        broker = broker_rounds(hall, stop)
        await run_worker(hall, KERNEL_TASKS, sweeps=SWEEPS, more=broker, stop=stop)
    finally:
        watching.cancel()
        await hall.close()


async def _stop_with_parent(stop: Event) -> None:
    parent = multiprocessing.parent_process()
    while parent is not None and not stop.is_set():
        if not parent.is_alive():
            log.warning("the process that started this worker is gone; stopping")
            stop.set()
        await wait_for(stop, 1.0)
