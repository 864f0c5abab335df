"""Which branches serve an outlet: reading, and every change with its line in the audit."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, TextClause, Uuid, bindparam, text

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.ids import CompanyId, OutletId, PlaceId
from fondaco_sdk.types.reason import Reason

MOST_LISTED = 100

_OUTLETS = """
    select o.id, o.uuid, o.name, o.address, o.company_id, c.name as company,
           array(select p.uuid from plugin_sourcing.branch b
                   join fondaco_api.place_v1 p on p.id = b.place_id
                  where b.outlet_id = o.id order by p.name) as places,
           array(select cast(p.name as text) from plugin_sourcing.branch b
                   join fondaco_api.place_v1 p on p.id = b.place_id
                  where b.outlet_id = o.id order by p.name) as names
      from fondaco_api.outlet_v1 o
      join fondaco_api.company_v1 c on c.id = o.company_id
     where (:everything or o.company_id = :company)
"""
# Without words those that have branches.
_FOUND: TextClause = text(
    f"""{_OUTLETS}
       and case when :wanted = ''
                then o.id in (select outlet_id from plugin_sourcing.branch)
                else strpos(lower(o.name), lower(:wanted)) > 0
                  or strpos(lower(o.address), lower(:wanted)) > 0
                  or strpos(lower(c.name), lower(:wanted)) > 0 end
     order by c.name, o.name, o.id limit :most
    """
)
_ONE: TextClause = text(f"{_OUTLETS} and o.uuid = :uuid").bindparams(bindparam("uuid", type_=Uuid))
_SET: TextClause = text(
    """
    with wanted as (
        select * from unnest(:outlets, :places) as w (outlet_id, place_id)
    ), gone as (
        delete from plugin_sourcing.branch b
         where b.outlet_id = any(:named)
           and not exists (select from wanted w
                            where w.outlet_id = b.outlet_id and w.place_id = b.place_id)
    )
    insert into plugin_sourcing.branch (outlet_id, place_id)
    select distinct outlet_id, place_id from wanted order by 1, 2
    on conflict do nothing
    """
).bindparams(*(bindparam(name, type_=ARRAY(BigInteger)) for name in ("outlets", "places", "named")))


class ServedOutlet(Struct, frozen=True):
    """An outlet and the places that serve it; none: every place that sends to customers."""

    id: OutletId
    uuid: UUID
    name: str
    address: str
    company_id: CompanyId
    company: str
    places: Sequence[UUID]
    names: Sequence[str]


async def outlets_found(ask: Ask, wanted: str) -> Sequence[ServedOutlet]:
    """By a part of the name, the address or the company; "" for those that have branches."""
    rows = await ask.fetch(_FOUND, {**_sight(ask), "wanted": wanted, "most": MOST_LISTED + 1})
    return [ServedOutlet(*row) for row in rows]


async def outlet_of(ask: Ask, uuid: UUID) -> ServedOutlet:
    """One outlet. Raises `NotFound`."""
    rows = await ask.fetch(_ONE, {**_sight(ask), "uuid": uuid})
    if not rows:
        raise NotFound(Reason("sourcing.no_outlet", "Такой точки нет", "There is no such outlet"))
    return ServedOutlet(*rows[0])


async def serve(act: Act, found: ServedOutlet, places: Mapping[UUID, PlaceId]) -> None:
    """The outlet is served by these places and by no other; none: by all again."""
    await set_branches(act, {found.id: list(places.values())})
    after = [str(uuid) for uuid in places]
    before = [str(uuid) for uuid in found.places]
    await act.audit("sourcing.outlet.serve", f"outlet:{found.uuid}", before, after)


async def set_branches(act: Act, wanted: Mapping[OutletId, Collection[PlaceId]]) -> None:
    """The branches of each outlet, instead of what they were. One statement."""
    pairs = [(outlet, place) for outlet, places in wanted.items() for place in places]
    await act.execute(
        _SET,
        {
            "outlets": [outlet for outlet, _ in pairs],
            "places": [place for _, place in pairs],
            "named": list(wanted),
        },
    )


def _sight(ask: Ask) -> dict[str, object]:
    return {"everything": ask.scope.everything, "company": ask.scope.company_id or 0}
