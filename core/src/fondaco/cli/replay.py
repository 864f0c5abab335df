"""`fondaco price replay`: does every stored order come to its totals from its frozen steps?"""

import asyncio
import sys

from fondaco.cli.site import Site, hall_of
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.orders.replaying import replay_orders


def replay_prices(site: Site) -> int:
    """Print how many orders were replayed; 1 where one does not come to what it says."""
    return asyncio.run(_replay(hall_of(site)))


async def _replay(hall: Hall) -> int:
    orders = wrong = 0
    try:
        async for page in replay_orders(system_ask(hall)):
            orders += page.orders
            wrong += len(page.misfits)
            for one in page.misfits:
                where = f"line {one.position} does" if one.position else "its sums do"
                print(f"order {one.number}: {where} not follow from the steps", file=sys.stderr)
    finally:
        await hall.close()
    print(f"{orders} orders replayed, {wrong} misfits")
    return 1 if wrong else 0
