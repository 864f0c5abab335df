"""Fifty assortments in the house, one of which counts for an outlet of the buyer; gone afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from benchmarks.buyer import buyer_of
from fondaco.assortments.service import Goods, add_assortment, add_rule, bind
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall

ASSORTMENTS = 50
RULES = 12
"""Of each assortment: so many of the smaller categories are left out, never the same ones."""

_CATEGORIES = text(
    "select category_id from fondaco.product where active and category_id is not null"
    " group by category_id order by count(*), category_id"
)
_OUTLET = text(
    "select uuid from fondaco.outlet where company_id = :company order by name, id limit 1"
)
_GONE = (
    text("delete from fondaco.assortment_binding"),
    text("delete from fondaco.assortment_rule"),
    text("delete from fondaco.assortment"),
)


@asynccontextmanager
async def narrowed_outlet(hall: Hall) -> AsyncIterator[str]:
    """The outer id of an outlet whose assortment leaves out some categories."""
    ask, buyer = system_ask(hall), await buyer_of(hall)
    company = buyer.customer.company_id
    categories = [row[0] for row in await ask.fetch(_CATEGORIES)]
    outlet = (await ask.fetch(_OUTLET, {"company": company}))[0][0]
    try:
        for number in range(ASSORTMENTS):
            async with ask.act() as act:
                made = await add_assortment(act, f"{number}", "")
                for category in categories[number : number + RULES]:
                    await add_rule(act, made, Goods(category), excludes=True)
                if number == 0:
                    await bind(act, made, "hidden", company, outlet)
        yield str(outlet)
    finally:
        async with ask.act() as act:
            for statement in _GONE:
                await act.execute(statement)
