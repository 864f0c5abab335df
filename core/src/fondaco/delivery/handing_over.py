"""Shipments are handed over: registered with their carriers once, and followed until they arrived.

What is to be registered is written down with the order's step, or on a press, and done by a task.
The shipment is the key: whoever was killed after the carrier had taken a parcel asks with the same
key again, and gets the same parcel.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.delivery.called_back import tell_called_back
from fondaco.delivery.carriers import AtWork, asked, carriers_of
from fondaco.delivery.consigned import Consigned, consigned_of
from fondaco.delivery.health import tell_health
from fondaco.exchange.job import JobContext
from fondaco.hooks.context import ActContext
from fondaco.hooks.hall import Hall
from fondaco.orders.carriage import TOLD, may_follow
from fondaco.orders.service import add_entry
from fondaco_sdk.context import Net
from fondaco_sdk.errors import Conflict, Unavailable
from fondaco_sdk.events import OrderStateChangedV1
from fondaco_sdk.providers.carriage import CarriageRead, CarriageState, NotTaken, Registers
from fondaco_sdk.providers.carrier import Carrier
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason

log = logging.getLogger("fondaco.delivery")
REGISTER_TASK, READ_TASK = "carriage.register", "carriage.read"
EVERY_FIVE_MINUTES = "*/5 * * * *"
SECONDS = 20.0
AT_ONCE, A_CALL = 200, 50
A_PARCEL_SECONDS = 60
"""For how long a parcel belongs to the task that has begun to register it."""

# A parcel that was refused may be tried again; one that is with the carrier is not registered anew.
_WRITE_DOWN: TextClause = text(
    """
    insert into fondaco.carriage as c (shipment_id, carrier)
    select s.id, s.carrier from fondaco.shipment s
     where s.order_id = :order and s.carrier = any(cast(:carriers as text[]))
       and s.delivery_code <> ''
    on conflict (shipment_id) do update
       set state = 'waiting', ru = '', en = '', doubt = '', external_id = null, claimed_at = null
     where c.state = 'refused' and :again
    returning c.shipment_id
    """
)
_CLAIM: TextClause = text(
    """
    update fondaco.carriage c set claimed_at = now()
      from fondaco.shipment s join fondaco.customer_order o on o.id = s.order_id
     where c.shipment_id = :shipment and s.id = c.shipment_id and c.state = 'waiting'
       and o.state <> 'cancelled'
       and (c.claimed_at is null or c.claimed_at < now() - make_interval(secs => :seconds))
    returning c.shipment_id
    """
)
_WAITS: TextClause = text(
    """
    select 1 from fondaco.carriage c join fondaco.shipment s on s.id = c.shipment_id
      join fondaco.customer_order o on o.id = s.order_id
     where c.shipment_id = :shipment and c.state = 'waiting' and o.state <> 'cancelled'
    """
)
_LOCK: TextClause = text(
    """
    select c.shipment_id, c.state, c.external_id, c.number, c.doubt, s.order_id, s.carrier
      from fondaco.carriage c join fondaco.shipment s on s.id = c.shipment_id
     where c.shipment_id = any(cast(:shipments as bigint[]))
     order by c.shipment_id for update of c
    """
)
_TELL: TextClause = text(
    """
    update fondaco.carriage
       set state = :state, external_id = coalesce(:external, external_id),
           number = coalesce(nullif(:number, ''), number), url = coalesce(nullif(:url, ''), url),
           at = coalesce(:at, at, now()), ru = :ru, en = :en, doubt = :doubt, read_at = now()
     where shipment_id = :shipment
    """
)
# Those that a carrier still thinks about at once, the others every half hour.
_DUE: TextClause = text(
    """
    select c.carrier, c.shipment_id, c.external_id from fondaco.carriage c
     where c.state not in ('waiting', 'refused', 'delivered', 'returned')
       and c.external_id is not null
       and (c.state = 'pending' or c.read_at < now() - interval '30 minutes')
     order by c.read_at nulls first limit :most
    """
)
_SEEN: TextClause = text(
    """
    update fondaco.carriage set read_at = now()
     where shipment_id = any(cast(:shipments as bigint[]))
    """
)


class RegisterCarriage(Struct, frozen=True):
    """A shipment, by its id."""

    shipment: int


class ReadCarriages(Struct, frozen=True):
    """Nothing but the moment."""


def registers(hall: Hall) -> Mapping[str, AtWork]:
    """The carriers at work that parcels are registered with, by their names."""
    return {one.name: one for one in carriers_of(hall) if isinstance(one.carrier, Registers)}


async def follow(act: ActContext, event: OrderStateChangedV1) -> None:
    """An order has left: its parcels are registered, each once, where the site wants that. One is
    cancelled: staff are told which parcels of it a carrier has."""
    if event.after is OrderState.CANCELLED:
        await tell_called_back(act, order=event.order_id)
    wanted = act.hall.settings.delivery.hand_over == "when_shipped"
    if wanted and event.after is OrderState.SHIPPED:
        await hand_over(act, event.order_id, again=False)


async def hand_over(act: ActContext, order_id: int, *, again: bool) -> int:
    """Have what is not registered yet registered; how many parcels. `again`: refused ones too."""
    at_work = sorted(registers(act.hall))
    values = {"order": order_id, "carriers": at_work, "again": again}
    rows = await act.fetch(_WRITE_DOWN, values) if at_work else ()
    for row in rows:
        parcel = RegisterCarriage(row.shipment_id)
        await act.enqueue(REGISTER_TASK, parcel, key=str(row.shipment_id))
    return len(rows)


async def register_carriage(job: JobContext, payload: RegisterCarriage) -> None:
    """The task. Raises `Unavailable` until the carrier has said yes or no."""
    async with job.act() as act:
        values = {"shipment": payload.shipment, "seconds": A_PARCEL_SECONDS}
        claimed = await act.fetch(_CLAIM, values)
    if not claimed:
        if await job.ask().fetch(_WAITS, {"shipment": payload.shipment}):
            raise Unavailable("a parcel that another task registers", A_PARCEL_SECONDS)
        return
    one = None
    try:
        consigned = await consigned_of(job.ask(), payload.shipment)
        one = registers(job.hall).get(consigned.carrier)
        if one is None:
            raise Unavailable(f"carrier {consigned.carrier}, which is not at work,")
        read = await _register(job, one, consigned)
    except NotTaken as refused:
        read = CarriageRead("", None, refused=refused.reason)
    finally:
        if one is not None:
            async with job.act() as act:
                await tell_health(act, [one])
    async with job.act() as act:
        await settle(act, {payload.shipment: read})
        await tell_called_back(act, shipment=payload.shipment)


async def _register(job: JobContext, one: AtWork, consigned: Consigned) -> CarriageRead:
    async def call(carrier: Carrier, net: Net) -> CarriageRead | NotTaken:
        assert isinstance(carrier, Registers)
        try:
            return await carrier.register(net, consigned.wanted)
        except NotTaken as refused:
            return refused

    answer = await asked(job.net, one, SECONDS, call)
    if isinstance(answer, NotTaken):
        raise answer
    return answer


async def read_carriages(job: JobContext, _payload: ReadCarriages) -> None:
    """The task that asks where parcels are, so many in one call of a carrier's plugin; at the first
    silence of a carrier the rest of its parcels waits."""
    due: dict[str, dict[str, int]] = defaultdict(dict)
    for carrier, shipment_id, external in await job.ask().fetch(_DUE, {"most": AT_ONCE}):
        due[carrier][external] = shipment_id
    at_work = registers(job.hall)
    for name in sorted(due.keys() & at_work.keys()):
        parcels = sorted(due[name].items())
        for first in range(0, len(parcels), A_CALL):
            if not await _read(job, at_work[name], dict(parcels[first : first + A_CALL])):
                break


async def _read(job: JobContext, one: AtWork, shipments: Mapping[str, int]) -> bool:
    """Whether the carrier has answered. Whatever it was asked about has had its turn."""
    turn: list[int] = []

    async def call(carrier: Carrier, net: Net) -> Mapping[str, CarriageRead]:
        assert isinstance(carrier, Registers)
        turn.extend(sorted(shipments.values()))
        return await carrier.read(net, sorted(shipments))

    found: Mapping[str, CarriageRead] | None = None
    try:
        found = await asked(job.net, one, SECONDS, call)
    except Unavailable as silent:
        log.warning("parcels of %s are asked about later: %s", one.name, silent)
    async with job.act() as act:
        await tell_health(act, [one])
        known = {shipments[key]: read for key, read in (found or {}).items() if key in shipments}
        await settle(act, known)
        await act.execute(_SEEN, {"shipments": turn})
    return found is not None


async def settle(act: ActContext, told: Mapping[int, CarriageRead]) -> None:
    """Take what a carrier tells of shipments. What cannot be is refused, and kept for staff."""
    for row in await act.fetch(_LOCK, {"shipments": sorted(told)}):
        read = told[row.shipment_id]
        if read.refused is not None:
            await _tell(act, row, read, "refused", why=read.refused)
        elif read.state is None:
            await _doubt(act, row, read)
        elif read.state == row.state:
            await _tell(act, row, read, row.state)
        elif may_follow(row.state, read.state):
            await _tell(act, row, read, read.state)
            await _add_to_history(act, row, read)
        else:
            await _doubt(act, row, read)


async def _doubt(act: ActContext, row: Any, read: CarriageRead) -> None:
    """A state that is not known, or lies behind: the one that is known stays."""
    said = read.told or str(read.state)
    if said != row.doubt:
        log.warning("carrier %s: parcel %s cannot be %s", row.carrier, read.number or read.id, said)
    state = CarriageState.PENDING if row.state == "waiting" else row.state
    await _tell(act, row, read, state, doubt=said)


async def _tell(
    act: ActContext,
    row: Any,
    read: CarriageRead,
    state: str,
    *,
    why: Reason | None = None,
    doubt: str = "",
) -> None:
    values = {
        "shipment": row.shipment_id,
        "state": str(state),
        "external": read.id or None,
        "number": read.number,
        "url": read.url,
        "at": None if doubt else read.at,
        "ru": why.ru if why else "",
        "en": why.en if why else "",
        "doubt": doubt,
    }
    await act.execute(_TELL, values)


async def _add_to_history(act: ActContext, row: Any, read: CarriageRead) -> None:
    """The buyer reads every step in the order's history."""
    words = TOLD.get(read.state) if read.state is not None else None
    if words is None:
        return
    number = read.number or row.number
    said = Reason(
        words.code,
        f"Груз {number}: {words.ru}".replace("  ", " "),
        f"Parcel {number}: {words.en}".replace("  ", " "),
    )
    await add_entry(act, row.order_id, words.code, said)


async def hand_over_now(act: ActContext, order_id: int, state: OrderState) -> int:
    """Register the parcels of an order that has not left yet, for their labels, or try refused ones
    again. Raises `Conflict` where nothing is to be registered."""
    if state not in (OrderState.CONFIRMED, OrderState.PICKING, OrderState.SHIPPED):
        raise Conflict(_NOT_NOW)
    number = await hand_over(act, order_id, again=True)
    if not number:
        raise Conflict(_NOTHING)
    return number


_NOT_NOW = Reason(
    "carriage.not_now",
    "Передать перевозчику можно подтверждённый заказ",
    "A confirmed order can be handed over to a carrier",
)
_NOTHING = Reason(
    "carriage.nothing",
    "Передавать нечего: груз уже зарегистрирован, или этот перевозчик не принимает заявок",
    "Nothing is to be handed over: it is registered, or this carrier takes no registrations",
)
