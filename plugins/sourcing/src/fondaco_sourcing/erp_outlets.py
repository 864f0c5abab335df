"""Which branches serve an outlet, as the ERP tells it."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from sqlalchemy import ARRAY, Text, TextClause, bindparam, text

from fondaco_sdk.context import Act
from fondaco_sdk.types.ids import OutletId, PlaceId
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason
from fondaco_sourcing.branch_book import set_branches

_KNOWN: TextClause = text(
    """
    select 'outlet', external_id, id from fondaco_api.outlet_v1 where external_id = any(:outlets)
    union all
    select 'place', external_id, id from fondaco_api.place_v1 where external_id = any(:places)
    """
).bindparams(bindparam("outlets", type_=ARRAY(Text)), bindparam("places", type_=ARRAY(Text)))


class OutletRecord(Struct, frozen=True):
    """An outlet and the places that serve it, by the ERP's ids; no place: all of them serve it."""

    outlet: str
    places: tuple[str, ...] = ()


async def take_outlets(act: Act, records: Sequence[OutletRecord]) -> Report:
    """Write who serves whom. Two statements for any number; the last record of an outlet counts.

    A record with an unknown place is refused whole: half of the branches would be a wrong date.
    """
    known = await _known(act, records)
    unmatched: list[Unmatched] = []
    wanted: dict[OutletId, list[PlaceId]] = {}
    for position, record in enumerate(records):
        outlet = known.get(("outlet", record.outlet))
        places = [known.get(("place", place)) for place in record.places]
        if outlet is None:
            unmatched.append(Unmatched(position, record.outlet, _NO_OUTLET))
        elif None in places:
            unmatched.append(Unmatched(position, record.outlet, _NO_PLACE))
        else:
            wanted[OutletId(outlet)] = [PlaceId(place) for place in places if place]
    if wanted:
        await set_branches(act, wanted)
    return Report(len(records) - len(unmatched), tuple(unmatched))


async def _known(act: Act, records: Sequence[OutletRecord]) -> Mapping[tuple[str, str], int]:
    rows = await act.fetch(
        _KNOWN,
        {
            "outlets": list({record.outlet for record in records}),
            "places": list({place for record in records for place in record.places}),
        },
    )
    return {(kind, external_id): id_ for kind, external_id, id_ in rows}


_NO_OUTLET = Reason("sourcing.unknown_outlet", "Такой точки нет", "There is no such outlet")
_NO_PLACE = Reason(
    "sourcing.unknown_branch",
    "Одного из складов нет, поэтому запись не принята целиком",
    "One of the places does not exist, so nothing of the record was taken",
)
