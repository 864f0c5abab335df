"""The catalogue of an import goes on sale in one transaction: readers see the old one or the new.

The steps only use what is staged, so the transaction can be repeated; what has not changed is not
written. Assortments follow in the same transaction. Afterwards the generation is one higher, and
the events with the changed products leave.
"""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.assortments.settle import alone, settle
from fondaco.catalog.merge_offers import build_offers
from fondaco.catalog.merge_products import write_products
from fondaco.catalog.merge_terms import merge_attributes, merge_categories, merge_units
from fondaco.exchange.staging.merging import Merging
from fondaco_sdk.events import Event, ProductsChangedV1
from fondaco_sdk.types.ids import ProductId

Emit = Callable[[AsyncConnection, Event], Awaitable[None]]

EVENT_SIZE = 5_000

_RENAMED = """
    update fondaco.product p set changed_at = now()
     where p.changed_at < now()
       and (p.category_id in (select id from fondaco.category where external_id = any(:categories))
            or p.family_id in (select id from fondaco.family where external_id = any(:families)))
"""
_CHANGED = "select id from fondaco.product where changed_at = now() order by id"
_SWITCH = """
    update fondaco.catalogue_state set generation = generation + 1, changed_at = now()
    returning generation
"""


async def merge_catalogue(merging: Merging, emit: Emit) -> int:
    """Units, categories, attributes, families, products, codes and pictures of the run."""
    await alone(merging.connection)
    units = await merge_units(merging)
    categories = await merge_categories(merging)
    attributes = await merge_attributes(merging)
    await build_offers(merging)
    families = await write_products(merging)
    if categories or families:
        await merging.execute(_RENAMED, categories=list(categories), families=list(families))
    changed = [ProductId(row[0]) for row in await merging.rows(_CHANGED)]
    if not (changed or units or categories or attributes):
        return 0
    await settle(merging.connection)
    generation = await merging.scalar(_SWITCH)
    for start in range(0, len(changed), EVENT_SIZE):
        some = tuple(changed[start : start + EVENT_SIZE])
        await emit(merging.connection, ProductsChangedV1(product_ids=some, generation=generation))
    return 0
