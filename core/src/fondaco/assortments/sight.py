"""What an actor sees of the catalogue, and what of it they may order.

How several assortments combine: those of one effect at one level (company or outlet) widen each
other; the two levels, and the two effects, narrow each other. A company without an assortment of
its own has those of the site. What was granted to a company passes them all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.assortments.membership import as_bytes, as_number
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.ids import CompanyId, OutletId
from fondaco_sdk.types.product import Access

MOST_REMEMBERED = 2_000

_FENCES: TextClause = text(
    """
    with fence as (
        select b.id, b.effect, a.cells,
               case when b.outlet_id is not null then 'outlet'
                    when b.company_id is not null then 'company' else 'site' end as level
          from fondaco.assortment_binding b join fondaco.assortment a on a.id = b.assortment_id
         where b.company_id is null
            or b.company_id = :company and (b.outlet_id is null or b.outlet_id = :outlet)
    )
    select array(select level from fence order by id),
           array(select effect from fence order by id),
           array(select cells from fence order by id),
           array(select p.cell_id from fondaco.assortment_grant g
                   join fondaco.product p on p.id = g.product_id and p.cell_id is not null
                  where g.company_id = :company),
           (select number from fondaco.generation where subject = 'assortments')
    """
)


class Sight(Struct, frozen=True):
    """Two sets of cells, as stored; None is everything, also what is made later."""

    seen: bytes | None = None
    orderable: bytes | None = None

    def access(self, cell: int | None) -> Access:
        """What may be done with the goods of a cell; None is one that is in no assortment yet."""
        if not _holds(self.seen, cell):
            return Access.HIDDEN
        return Access.ORDER if _holds(self.orderable, cell) else Access.ASK

    @property
    def cells(self) -> tuple[int, ...] | None:
        """The cells in sight, for whoever cannot read bits; None is everything."""
        if self.seen is None:
            return None
        return tuple(
            index << 3 | bit
            for index, byte in enumerate(self.seen)
            if byte
            for bit in range(8)
            if byte >> bit & 1
        )

    @property
    def parameters(self) -> Mapping[str, Any]:
        """For statements with `fondaco.catalog.queries.visible`."""
        return {"sees_all": self.seen is None, "seen": self.seen or b""}


EVERYTHING = Sight()
NOTHING = Sight(b"", b"")


async def sight_of(ask: AskContext) -> Sight:
    """What the actor of a context sees. One statement, unless this process remembers it.

    Staff see everything; while they act for a customer, what the customer sees.
    """
    if ask.scope.everything:
        return EVERYTHING
    if ask.scope.company_id is None:
        return NOTHING
    outlet = ask.customer.outlet_id if ask.customer is not None else None
    return await sight_at(ask, ask.scope.company_id, outlet)


async def sight_at(ask: AskContext, company: CompanyId, outlet: OutletId | None) -> Sight:
    """What a company sees at one of its outlets, or as a whole."""
    remembered = ask.remembered("assortments", "sights", MOST_REMEMBERED)
    key = (company, outlet or 0)
    sight: Sight | None = remembered.known.get(key)
    if sight is None:
        rows = await ask.fetch(_FENCES, {"company": company, "outlet": outlet or 0})
        levels, effects, cells, granted, number = rows[0]
        fences = list(zip(levels, effects, map(as_number, cells), strict=True))
        sight = combine(fences, granted)
        remembered.keep(number, {key: sight})
    return sight


def combine(fences: Iterable[tuple[str, str, int]], granted: Iterable[int] = ()) -> Sight:
    """The sight behind fences of (level, effect, cells)."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for level, effect, cells in fences:
        found[level, effect].append(cells)
    if any(level == "company" for level, _ in found):
        found = {key: held for key, held in found.items() if key[0] != "site"}
    if not found:
        return EVERYTHING
    passed = reduce(or_, (1 << cell for cell in granted), 0)
    hiding = [reduce(or_, held) for (_, effect), held in found.items() if effect == "hidden"]
    closing = [reduce(or_, held) for held in found.values()]
    return Sight(
        as_bytes(reduce(and_, hiding) | passed) if hiding else None,
        as_bytes(reduce(and_, closing) | passed),
    )


def _holds(cells: bytes | None, cell: int | None) -> bool:
    if cells is None:
        return True
    return cell is not None and cell >> 3 < len(cells) and bool(cells[cell >> 3] >> (cell & 7) & 1)
