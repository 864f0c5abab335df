"""The transfers between places: no circle is ever made, and every change is audited."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import structs
from sqlalchemy import Select, TextClause, insert, select, text, update

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.ids import PlaceId
from fondaco_sdk.types.reason import Reason
from fondaco_sourcing.network import leads_back
from fondaco_sourcing.stored import Stored, StoredTransfer, leaving, stored
from fondaco_sourcing.tables import transfer

# Two people could each add half of a circle.
_ALONE: TextClause = text(
    "select pg_advisory_xact_lock(hashtextextended('fondaco:sourcing:transfers', 0))"
)
_ONE: Select[Any] = select(*(transfer.c[name] for name in StoredTransfer.__struct_fields__))


async def transfer_of(ask: Ask, uuid: UUID) -> StoredTransfer:
    """One transfer, also a removed one. Raises `NotFound`."""
    rows = await ask.fetch(_ONE.where(transfer.c.uuid == uuid))
    if not rows:
        raise NotFound(Reason("sourcing.no_transfer", "Такого рейса нет", "No such transfer"))
    return _transfer(rows[0])


async def removed_transfer(ask: Ask, uuid: UUID) -> StoredTransfer | None:
    """A transfer that was taken out and can be put back."""
    rows = await ask.fetch(_ONE.where(transfer.c.uuid == uuid, transfer.c.removed_at.is_not(None)))
    return _transfer(rows[0]) if rows else None


async def add_transfer(act: Act, wanted: StoredTransfer) -> None:
    """A new one. Raises `UserError` at its field where it would close a circle."""
    await _refuse_circle(act, wanted)
    await act.execute(insert(transfer).values(_values(wanted)))
    await act.audit("sourcing.transfer.add", _subject(wanted), None, wanted)


async def change_transfer(act: Act, wanted: StoredTransfer) -> None:
    """Another shape. Raises `NotFound`, and `UserError` where it would close a circle."""
    before = await transfer_of(act, wanted.uuid)
    await _refuse_circle(act, wanted)
    await _set(act, wanted, _values(wanted))
    await act.audit("sourcing.transfer.change", _subject(wanted), before, wanted)


async def remove_transfer(act: Act, found: StoredTransfer) -> None:
    """No lorry any more."""
    await _set(act, found, {"removed_at": act.now})
    await act.audit("sourcing.transfer.remove", _subject(found), found, None)


async def restore_transfer(act: Act, found: StoredTransfer) -> None:
    """Put one back. Raises `UserError` where it would close a circle by now."""
    await _refuse_circle(act, found)
    await _set(act, found, {"removed_at": None})
    await act.audit("sourcing.transfer.restore", _subject(found), None, found)


async def _refuse_circle(act: Act, wanted: StoredTransfer) -> None:
    await act.fetch(_ALONE)
    found = await stored(act)
    others = leaving([one for one in found.transfers if one.uuid != wanted.uuid])
    if circle := leads_back(wanted.source_id, wanted.target_id, others):
        said = _circle(found, circle)
        raise UserError(said, {"target": said})


def _circle(found: Stored, circle: Sequence[PlaceId]) -> Reason:
    names = {one.id: one.name for one in found.places}
    path = " → ".join(names.get(place, "?") for place in circle)
    return Reason(
        "sourcing.circle",
        f"Рейсы пошли бы по кругу: {path}. Уберите один из них",
        f"The transfers would go in a circle: {path}. Remove one of them",
        {"path": path},
    )


async def _set(act: Act, found: StoredTransfer, values: dict[str, Any]) -> None:
    await act.execute(update(transfer).where(transfer.c.uuid == found.uuid).values(values))


def _values(wanted: StoredTransfer) -> dict[str, Any]:
    return {**structs.asdict(wanted), "weekdays": list(wanted.weekdays)}


def _transfer(row: Any) -> StoredTransfer:
    values = dict(zip(StoredTransfer.__struct_fields__, row, strict=True))
    return StoredTransfer(**{**values, "weekdays": tuple(values["weekdays"])})


def _subject(found: StoredTransfer) -> str:
    return f"transfer:{found.uuid}"
