"""Where the ERP stands with orders of the portal: confirmed, paid, picked, shipped, cancelled."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_sdk.context import Act
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason

LONGEST = 500

_KNOWN: TextClause = text(
    """
    select o.id, cast(o.uuid as text) as uuid, o.number,
           array(select cast(e.kind as text) from fondaco.order_entry e
                  where e.order_id = o.id and e.kind like 'state.%' and e.user_id is null) as told,
           array(select cast(e.kind as text) from fondaco.order_entry e
                  where e.order_id = o.id and e.kind like 'state.%') as had
      from fondaco.customer_order o
     where o.number = any(cast(:names as text[])) or o.uuid = any(cast(:uuids as uuid[]))
    """
)


class OrderStateRecord(Struct, frozen=True):
    """An order by its number or its UUID on the portal, and the state that it has reached.

    `reason` is shown to the buyer in the history of the order.
    """

    order: str
    state: OrderState
    reason: str = ""


class _Order(Struct, frozen=True):
    """`told`: the states that the ERP has told before; `had`: those that people gave it as well."""

    id: OrderId
    told: set[str]
    had: set[str]


async def take_order_states(act: Act, records: Sequence[OrderStateRecord]) -> Report:
    """Move the orders. One statement to find them, and a few for each that moves.

    What the ERP has told already changes nothing, so calls may be repeated; nor does a state that
    an order has passed by the hands of people, unless they cancelled it. The records of an order
    count in the order in which they come.
    """
    known = await _orders(act, records)
    unmatched: list[Unmatched] = []
    # By their ids, so that two calls wait for each other and never in a circle.
    places = sorted(
        range(len(records)),
        key=lambda n: max((order.id for order in known.get(records[n].order, ())), default=0),
    )
    for place in places:
        record = records[place]
        found = known.get(record.order, ())
        if len(found) != 1:
            why = several(record.order) if found else unknown_order(record.order)
            unmatched.append(Unmatched(place, record.order, why))
            continue
        (order,) = found
        if f"state.{record.state}" in order.told:
            continue
        if refusal := await _move(act, order, record):
            unmatched.append(Unmatched(place, record.order, refusal))
    unmatched.sort(key=lambda found: found.record)
    return Report(len(records) - len(unmatched), tuple(unmatched))


async def _orders(act: Act, records: Sequence[OrderStateRecord]) -> Mapping[str, Sequence[_Order]]:
    """The orders by what the records call them. Each seller counts orders by itself, so a number
    may be that of several.
    """
    names = [record.order for record in records]
    rows = await act.fetch(
        _KNOWN, {"names": names, "uuids": list(filter(None, map(uuid_of, names)))}
    )
    found: dict[str, list[_Order]] = {}
    for row in rows:
        order = _Order(OrderId(row.id), set(row.told), set(row.had))
        found.setdefault(row.number, []).append(order)
        found[row.uuid] = [order]
    return found


async def _move(act: Act, order: _Order, record: OrderStateRecord) -> Reason | None:
    """Move an order, or say why it cannot be."""
    if len(record.reason) > LONGEST:
        return _LONG
    said = record.reason.strip()
    why = Reason("erp.order_state", said, said) if said else _REPORTED
    try:
        await act.orders.report_state(order.id, record.state, why)
    except Conflict as refused:
        passed = f"state.{record.state}" in order.had and "state.cancelled" not in order.had
        return None if passed else refused.reason
    order.told.add(f"state.{record.state}")
    return None


def uuid_of(name: str) -> str | None:
    """The UUID that a name is, in its usual spelling; None for a number."""
    try:
        return str(UUID(name))
    except ValueError:
        return None


def unknown_order(name: str) -> Reason:
    """There is no such order."""
    return Reason(
        "erp.order_unknown",
        f"Заказа «{name}» на портале нет",
        f"The portal has no order “{name}”",
        {"order": name},
    )


def several(name: str) -> Reason:
    """A number of several sellers' orders."""
    return Reason(
        "erp.order_several",
        f"Номер «{name}» есть у нескольких заказов: передайте UUID заказа",
        f"Several orders have the number “{name}”: send the UUID of the one meant",
        {"order": name},
    )


_REPORTED = Reason("erp.order_state", "Сообщила учётная система", "Reported by the ERP")
_LONG = Reason(
    "erp.order_reason",
    f"Причина длиннее {LONGEST} знаков",
    f"The reason is longer than {LONGEST} characters",
)
