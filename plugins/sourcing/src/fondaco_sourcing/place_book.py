"""Places and their terms: every change with its line in the audit."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import structs
from sqlalchemy.dialects.postgresql import insert

from fondaco_sdk.context import Act
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.ids import PlaceId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import PlaceData
from fondaco_sourcing.stored import StoredPlace, Terms
from fondaco_sourcing.tables import terms

_NO_PLACE = Reason("sourcing.no_place", "Такого склада нет", "There is no such place")


def place_of(places: Sequence[StoredPlace], uuid: UUID) -> StoredPlace:
    """One of the places. Raises `NotFound`."""
    for one in places:
        if one.uuid == uuid:
            return one
    raise NotFound(_NO_PLACE)


def place_with(places: Sequence[StoredPlace], id_: PlaceId) -> StoredPlace:
    """One of the places by its number. Raises `NotFound`."""
    for one in places:
        if one.id == id_:
            return one
    raise NotFound(_NO_PLACE)


async def save_place(
    act: Act, data: PlaceData, wanted: Terms, before: StoredPlace | None
) -> PlaceId:
    """A new place or another shape of `before`, with its terms."""
    id_ = await act.supply.save_place(data)
    await save_terms(act, id_, wanted)
    await act.audit(
        "sourcing.place.change" if before else "sourcing.place.add",
        f"place:{data.uuid}",
        before,
        (data, wanted),
    )
    return id_


async def save_terms(act: Act, place: PlaceId, wanted: Terms) -> None:
    """The terms of a place. One statement."""
    values = {**structs.asdict(wanted), "week": list(wanted.week)}
    await act.execute(
        insert(terms)
        .values(place_id=place, **values)
        .on_conflict_do_update(index_elements=["place_id"], set_=values)
    )
