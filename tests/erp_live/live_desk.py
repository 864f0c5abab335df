"""The checkout against an ERP that is asked at once: its form, and what came of it."""

import re
from html import unescape
from typing import Any

from sqlalchemy import text

from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.tasks import KERNEL_TASKS
from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop


async def sql(hall: Hall, statement: str) -> list[tuple[Any, ...]]:
    """Rows of the database."""
    return [tuple(row) for row in await system_ask(hall).fetch(text(statement))]


async def form_of(buyer: Client, shop: WorkingShop) -> dict[str, Any]:
    """What the checkout page sends."""
    return hidden((await buyer.get("/checkout")).text, shop)


def hidden(page: str, shop: WorkingShop) -> dict[str, Any]:
    """The hidden fields of a page, and where to and how it is paid."""
    found = {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    }
    return {**found, "to": f"outlet:{shop.company.outlet}", "payment": "invoice"}


async def order(buyer: Client, shop: WorkingShop, payment: str = "invoice") -> Any:
    """Open the checkout and press the button."""
    return await buyer.send_form("/checkout", {**await form_of(buyer, shop), "payment": payment})


async def checks(hall: Hall) -> list[tuple[Any, ...]]:
    """How the orders were checked."""
    return await sql(hall, "select state from fondaco.order_check order by order_id")


async def late(hall: Hall) -> None:
    """The ERP is asked once more about what waits."""
    task = KERNEL_TASKS["kernel.confirm_late"]
    outside = Outside()
    try:
        await task.function(JobContext(hall, outside, "kernel.confirm_late", 1), task.payload())
    finally:
        await outside.close()
