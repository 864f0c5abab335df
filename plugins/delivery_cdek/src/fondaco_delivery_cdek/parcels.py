"""CDEK's orders: the JSON that registers a parcel, and what its states mean.

Source: CDEK's API v2 (POST orders, GET orders?im_number=, GET orders/{uuid}). CDEK takes an order
at once and decides afterwards: what became of it stands among its `requests`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

import msgspec
from msgspec import Struct

from fondaco_delivery_cdek.contract import ORDINARY, Said, package_of, place_of, whole
from fondaco_delivery_cdek.settings import Cdek
from fondaco_sdk.providers.carriage import CarriageRead, CarriageState, CarriageWanted, CarriedItem
from fondaco_sdk.types.reason import Reason

MOST_ITEMS = 126
TRACKING = "https://www.cdek.ru/ru/tracking?order_id="
S = CarriageState
STATES: Mapping[str, CarriageState] = {
    "ACCEPTED": S.PENDING,
    "CREATED": S.REGISTERED,
    "RECEIVED_AT_SHIPMENT_WAREHOUSE": S.ACCEPTED,
    "READY_FOR_SHIPMENT_IN_SENDER_CITY": S.ACCEPTED,
    "READY_TO_SHIP_AT_SENDING_OFFICE": S.ACCEPTED,
    "RETURNED_TO_SENDER_CITY_WAREHOUSE": S.ACCEPTED,
    "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY": S.ON_THE_WAY,
    "SENT_TO_TRANSIT_CITY": S.ON_THE_WAY,
    "ACCEPTED_IN_TRANSIT_CITY": S.ON_THE_WAY,
    "ACCEPTED_AT_TRANSIT_WAREHOUSE": S.ON_THE_WAY,
    "RETURNED_TO_TRANSIT_WAREHOUSE": S.ON_THE_WAY,
    "READY_FOR_SHIPMENT_IN_TRANSIT_CITY": S.ON_THE_WAY,
    "TAKEN_BY_TRANSPORTER_FROM_TRANSIT_CITY": S.ON_THE_WAY,
    "SENT_TO_SENDER_CITY": S.ON_THE_WAY,
    "SENT_TO_RECIPIENT_CITY": S.ON_THE_WAY,
    "ACCEPTED_IN_RECIPIENT_CITY": S.ARRIVED,
    "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE": S.ARRIVED,
    "ACCEPTED_AT_PICK_UP_POINT": S.ARRIVED,
    "TAKEN_BY_COURIER": S.ARRIVED,
    "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE": S.ARRIVED,
    "POSTOMAT_POSTED": S.ARRIVED,
    "DELIVERED": S.DELIVERED,
    "NOT_DELIVERED": S.RETURNED,
}


class Step(Struct, frozen=True):
    """A state that an order has been in."""

    code: str
    date_time: str


class Entity(Struct, frozen=True):
    """An order. `cdek_number` is there once CDEK has decided to take it."""

    uuid: str
    cdek_number: str = ""
    statuses: tuple[Step, ...] = ()


class Request(Struct, frozen=True):
    """What became of something that was asked for an order."""

    state: str
    type: str = "CREATE"
    errors: tuple[Said, ...] = ()


class Told(Struct, frozen=True):
    """An answer about an order."""

    entity: Entity | None = None
    requests: tuple[Request, ...] = ()
    errors: tuple[Said, ...] = ()

    @property
    def said(self) -> str:
        """CDEK's own words about what is wrong."""
        errors = [*self.errors, *(error for one in self.requests for error in one.errors)]
        return "; ".join(dict.fromkeys(error.message or error.code for error in errors))

    @property
    def unknown(self) -> bool:
        """Whether CDEK says that it has no such order."""
        return any("not_found" in error.code for error in self.errors)

    @property
    def invalid(self) -> bool:
        """Whether it was not taken."""
        created = [one for one in self.requests if one.type == "CREATE"]
        return any(one.state == "INVALID" for one in created) or self._ends_at("INVALID")

    @property
    def gone(self) -> bool:
        """Whether somebody has removed it at CDEK."""
        return self._ends_at("REMOVED")

    def _ends_at(self, code: str) -> bool:
        steps = self.entity.statuses if self.entity else ()
        return bool(steps) and latest(steps).code == code


def latest(steps: Sequence[Step]) -> Step:
    """The step that was made last, whatever their order."""
    return max(steps, key=lambda step: moment(step.date_time))


def moment(said: str) -> datetime:
    """`2026-03-01T10:00:00+0700`. Raises `ValidationError` for anything else."""
    try:
        return datetime.strptime(said, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError as wrong:
        raise msgspec.ValidationError(f"{said!r} is no moment") from wrong


def read_of(told: Told) -> CarriageRead:
    """An order as the kernel reads it. Raises `ValidationError` for one that is none."""
    entity = told.entity
    if entity is None:
        raise msgspec.ValidationError("no order in the answer")
    number = entity.cdek_number
    if told.invalid or told.gone:
        return CarriageRead(entity.uuid, None, number, refused=refusal(told))
    url = f"{TRACKING}{number}" if number else ""
    if not entity.statuses:
        state = S.REGISTERED if number else S.PENDING
        return CarriageRead(entity.uuid, state, number, url=url)
    step = latest(entity.statuses)
    known = STATES.get(step.code)
    return CarriageRead(entity.uuid, known, number, step.code, moment(step.date_time), url)


def refusal(told: Told) -> Reason:
    """Why CDEK does not take an order, in its own words."""
    said = told.said
    if told.gone or not said:
        return _GONE if told.gone else _NOT_TAKEN
    return Reason("delivery_cdek.refused", f"СДЭК: {said}", f"CDEK: {said}")


def order_of(wanted: CarriageWanted, settings: Cdek) -> Mapping[str, Any]:
    """The body of `POST orders`. `number` is the shipment's key, by which it is found again."""
    goal = (
        {"delivery_point": wanted.point_code}
        if wanted.point_code
        else {"to_location": _with_address(place_of(wanted.parcel.destination), wanted)}
    )
    start = (
        {"shipment_point": settings.shipment_point}
        if settings.from_office(int(wanted.tariff))
        else {"from_location": _origin(wanted, settings)}
    )
    return {
        "type": ORDINARY,
        "number": str(wanted.key),
        "tariff_code": int(wanted.tariff),
        "comment": f"Заказ {wanted.order}"[:255],
        **start,
        **goal,
        "sender": _party(wanted.sender.name, wanted.sender.tax_id, wanted.sender.phone, ""),
        "recipient": _party(
            wanted.recipient.name,
            wanted.recipient.tax_id,
            wanted.recipient.phone,
            wanted.recipient.email,
        ),
        "packages": [
            {
                "number": "1",
                "comment": f"Заказ {wanted.order}"[:255],
                **package_of(wanted.parcel),
                "items": [_item(one) for one in _few(wanted)],
            }
        ],
    }


def _origin(wanted: CarriageWanted, settings: Cdek) -> Mapping[str, Any]:
    origin = wanted.parcel.origin
    known = {"code": settings.sender} if settings.sender else place_of(origin)
    return {**known, "address": origin.text}


def _with_address(place: Mapping[str, Any], wanted: CarriageWanted) -> Mapping[str, Any]:
    return {**place, "address": wanted.parcel.destination.text}


def _party(name: str, tax_id: str, phone: str, email: str) -> Mapping[str, Any]:
    return {
        "company": name[:255],
        "name": name[:255],
        "contragent_type": "LEGAL_ENTITY",
        **({"tin": tax_id} if tax_id else {}),
        **({"email": email} if email else {}),
        **({"phones": [{"number": phone}]} if phone else {}),
    }


def _few(wanted: CarriageWanted) -> Sequence[CarriedItem]:
    """CDEK takes so many lines; of more, the last ones are told as one."""
    items = wanted.items
    if len(items) <= MOST_ITEMS:
        return items
    rest = items[MOST_ITEMS - 1 :]
    return (
        *items[: MOST_ITEMS - 1],
        CarriedItem(
            "other",
            "Прочие товары заказа",
            Decimal(1),
            sum((one.weight_kg for one in rest), Decimal(0)),
            sum((one.value for one in rest), Decimal(0)),
        ),
    )


def _item(one: CarriedItem) -> Mapping[str, Any]:
    """`weight`, `cost` and `payment` are of one piece; what is no whole number of pieces is one."""
    pieces = one.quantity if one.quantity == one.quantity.to_integral_value() else Decimal(1)
    cost = (one.value / pieces).quantize(Decimal("0.01"), ROUND_CEILING)
    return {
        "name": one.name[:255],
        "ware_key": one.sku[:50] or "-",
        "payment": {"value": 0},
        "cost": cost,
        "weight": max(whole(one.weight_kg * 1000 / pieces), 1),
        "amount": int(pieces),
    }


_NOT_TAKEN = Reason("delivery_cdek.not_taken", "СДЭК не принял заявку", "CDEK has not taken it")
_GONE = Reason(
    "delivery_cdek.gone", "заявка удалена в СДЭК", "the registration was removed at CDEK"
)
