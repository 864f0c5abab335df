"""Brings what assortments hold up to date with rules, categories and new cells.

Whoever changes one of these does it in one transaction that begins with `alone` and ends with
`settle`. Until then new cells, and all cells after a move of categories, are in no assortment:
goods are hidden too long, never too short. What somebody forgets `settle_due` finds.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, LargeBinary, TextClause, bindparam, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.assortments.membership import Cell, Cells, Rule, as_bytes
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.reason import Reason

LOCK_NOT_AVAILABLE = "55P03"

# One after another, and each sees what the one before has committed. It is the first lock of its
# transaction, so that no two wait for each other.
_ALONE: TextClause = text("select pg_advisory_xact_lock(hashtextextended('assortments', 0))")
_AT_ONCE: TextClause = text("select pg_try_advisory_xact_lock(hashtextextended('assortments', 0))")
_SOON: TextClause = text("set local lock_timeout = '5s'")
_PATIENT: TextClause = text("set local lock_timeout = 0")
_ASSORTMENTS: TextClause = text("select id, cells from fondaco.assortment order by id")
_RULES: TextClause = text(
    "select assortment_id, excludes, category_id, brand, product_id from fondaco.assortment_rule"
)
_CELLS: TextClause = text("select id, category_id, brand, product_id from fondaco.assortment_cell")
_PARENTS: TextClause = text("select id, parent_id from fondaco.category")
_WRITE: TextClause = text(
    """
    update fondaco.assortment a set cells = w.cells
      from unnest(:ids, :cells) as w (id, cells) where a.id = w.id
    """
).bindparams(
    bindparam("ids", type_=ARRAY(BigInteger)), bindparam("cells", type_=ARRAY(LargeBinary))
)
_SINGLE_OUT: TextClause = text(
    """
    update fondaco.product p set cell_id = null
     where p.id = any(:products)
       and not exists (select from fondaco.assortment_cell c
                        where c.id = p.cell_id and c.product_id = p.id)
    """
).bindparams(bindparam("products", type_=ARRAY(BigInteger)))


async def alone(connection: AsyncConnection) -> None:
    """Wait until nobody else changes assortments; ends with the transaction."""
    await connection.execute(_ALONE)


async def alone_soon(connection: AsyncConnection) -> None:
    """As `alone`, for a person who waits. Raises `Conflict` while an import holds the catalogue."""
    await connection.execute(_SOON)
    try:
        await alone(connection)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        raise Conflict(_BUSY) from error
    await connection.execute(_PATIENT)


async def alone_at_once(connection: AsyncConnection) -> bool:
    """As `alone`, without waiting; False where somebody else changes assortments."""
    return bool(await connection.scalar(_AT_ONCE))


async def settle(connection: AsyncConnection) -> int:
    """Work out every assortment anew; returns how many hold something else now.

    Four statements; a fifth where something has changed.
    """
    changed = await out_of_date(connection)
    if changed:
        ids, held = zip(*changed, strict=True)
        await connection.execute(_WRITE, {"ids": list(ids), "cells": list(held)})
    return len(changed)


async def out_of_date(connection: AsyncConnection) -> Sequence[tuple[int, bytes]]:
    """The assortments that hold something else than their rules say, and what these say.

    Four statements; one where there are no assortments.
    """
    known = (await connection.execute(_ASSORTMENTS)).all()
    if not known:
        return ()
    rules: dict[int, list[Rule]] = defaultdict(list)
    for assortment_id, *rule in (await connection.execute(_RULES)).all():
        rules[assortment_id].append(Rule(*rule))
    cells = await read_cells(connection)
    return [
        (row.id, now)
        for row in known
        if (now := as_bytes(cells.held_by(rules[row.id]))) != row.cells
    ]


async def read_cells(connection: AsyncConnection) -> Cells:
    """All cells with the tree of categories. Two statements."""
    cells = [Cell(*row) for row in (await connection.execute(_CELLS)).all()]
    parents = {row.id: row.parent_id for row in (await connection.execute(_PARENTS)).all()}
    return Cells(cells, parents)


async def single_out(connection: AsyncConnection, products: Sequence[int]) -> bool:
    """Give products cells of their own; a rule or a grant must name them already.

    Whether one has moved.
    """
    moved = await connection.execute(_SINGLE_OUT, {"products": list(products)})
    return moved.rowcount > 0


_BUSY = Reason(
    "assortment.busy",
    "Сейчас загружается каталог. Попробуйте ещё раз через минуту",
    "The catalogue is being imported. Try again in a minute",
)
