"""Fifty assortments in the house, one of which counts for an outlet; gone afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from benchmarks.buyer import buyer_of
from fondaco.assortments.service import Goods, add_assortment, add_rule, bind
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall

ASSORTMENTS = 50
RULES = 6
"""Of each assortment: so many brands are left out, not the same ones of any two."""

_BRANDS = text("select distinct brand from fondaco.product where active and brand <> '' order by 1")
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
    """The outer id of an outlet whose assortment leaves out some brands."""
    ask, buyer = system_ask(hall), await buyer_of(hall)
    company = buyer.customer.company_id
    brands = [row[0] for row in await ask.fetch(_BRANDS)]
    outlet = (await ask.fetch(_OUTLET, {"company": company}))[0][0]
    try:
        for number in range(ASSORTMENTS):
            async with ask.act() as act:
                made = await add_assortment(act, f"{number}", "")
                for rule in range(RULES):
                    brand = brands[(number + rule * 5) % len(brands)]
                    await add_rule(act, made, Goods(brand=brand), excludes=True)
                if number == 0:
                    await bind(act, made, "hidden", company, outlet)
        yield str(outlet)
    finally:
        async with ask.act() as act:
            for statement in _GONE:
                await act.execute(statement)
