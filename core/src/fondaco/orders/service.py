"""Orders: reading within a scope, and the commands that move them."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import insert, update

from fondaco.customers.spending import count_spending
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders import queries
from fondaco.orders.detail import (
    Former,
    OrderDetail,
    Shipment,
    TimelineEntry,
    Undated,
    delivery_of,
)
from fondaco.orders.goods import keep_goods, let_go, lock_goods, send_off
from fondaco.orders.payments.queries import OF_ORDERS
from fondaco.orders.payments.reading import payment_of
from fondaco.orders.states import CUSTOMER_MAY_CANCEL, MADE, holds_on, may_move
from fondaco.orders.tables import customer_order, order_entry, shipment
from fondaco_sdk.errors import Conflict, Fault, NotFound
from fondaco_sdk.events import OrderCancelledV1, OrderStateChangedV1
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.cart import CartWay
from fondaco_sdk.types.ids import CompanyId, LegalEntityId, OrderId, ProductId
from fondaco_sdk.types.order import (
    AmendedLine,
    Order,
    OrderDelivery,
    OrderLine,
    OrderPayment,
    OrderState,
)
from fondaco_sdk.types.reason import Reason

NEWEST = 2**62


class Orders:
    """Implements `fondaco_sdk.OrderCommands`."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask

    async def orders(self, ids: Sequence[OrderId], scope: Scope) -> Mapping[OrderId, Order]:
        """Orders whole; those outside `scope` are absent. Four statements."""
        wanted = {"ids": list(ids)}
        heads = await self._ask.fetch(
            queries.HEADS_BY_IDS, {**wanted, **queries.scope_parameters(scope)}
        )
        lines = await self._ask.fetch(queries.LINES_OF, {"ids": [head.id for head in heads]})
        by_order: dict[int, list[OrderLine]] = {}
        for row in lines:
            by_order.setdefault(row.order_id, []).append(_line(row))
        payments: dict[int, list[OrderPayment]] = {}
        for row in await self._ask.fetch(OF_ORDERS, {"ids": [head.id for head in heads]}):
            payments.setdefault(row.order_id, []).append(payment_of(row))
        deliveries: dict[int, list[OrderDelivery]] = {}
        for row in await self._ask.fetch(
            queries.DELIVERIES_OF, {"ids": [head.id for head in heads]}
        ):
            deliveries.setdefault(row.order_id, []).append(delivery_of(row[1:]))
        return {
            OrderId(head.id): _order(
                head,
                tuple(by_order.get(head.id, ())),
                tuple(payments.get(head.id, ())),
                tuple(deliveries.get(head.id, ())),
            )
            for head in heads
        }

    async def page(
        self, scope: Scope, *, before: int = NEWEST, number: str = "", most: int = 50
    ) -> Sequence[Order]:
        """Orders without their lines, newest first, from below the id `before`. One statement."""
        rows = await self._ask.fetch(
            queries.PAGE,
            {"before": before, "number": number, "most": most, **queries.scope_parameters(scope)},
        )
        return tuple(_order(row, ()) for row in rows)

    async def detail(self, uuid: UUID, scope: Scope) -> OrderDetail:
        """One order, whole. Raises `NotFound`, also for another company's. Six statements."""
        heads = await self._ask.fetch(
            queries.HEAD_BY_UUID, {"uuid": uuid, **queries.scope_parameters(scope)}
        )
        if not heads:
            raise no_order()
        head = heads[0]
        lines = await self._ask.fetch(queries.LINES_OF, {"ids": [head.id]})
        shipments = await self._ask.fetch(queries.SHIPMENTS_OF, {"id": head.id})
        entries = await self._ask.fetch(queries.ENTRIES_OF, {"id": head.id})
        undated = await self._ask.fetch(queries.UNDATED_OF, {"id": head.id})
        payments = await self._ask.fetch(OF_ORDERS, {"ids": [head.id]})
        changed = await self._ask.fetch(queries.CHANGED_OF, {"id": head.id})
        parts = tuple(Shipment(*row) for row in shipments)
        return OrderDetail(
            order=_order(
                head,
                tuple(map(_line, lines)),
                tuple(map(payment_of, payments)),
                tuple(part.brought for part in parts if part.brought is not None),
            ),
            way=CartWay(head.way),
            comment=head.comment,
            customer_reference=head.customer_reference,
            agreement_id=head.agreement_id,
            seller_id=head.seller_id,
            line_uuids=tuple(row.uuid for row in lines),
            list_prices=tuple(row.list_price for row in lines),
            vat_rates=tuple(row.vat_rate for row in lines),
            line_shipments=tuple(row.shipment_id for row in lines),
            shipments=parts,
            timeline=tuple(TimelineEntry(*row) for row in entries),
            dates_moved=head.dates_moved,
            undated={line: Undated(quantity, why) for line, quantity, why in undated},
            changed={row[0]: Former(*row[1:]) for row in changed},
        )

    async def cancel(self, order_id: OrderId, reason: Reason) -> None:
        """Cancel as the customer, while that is still allowed; again changes nothing.

        Raises `NotFound`, or `Conflict` once the order is being picked.
        """
        order = await self.locked(order_id)
        if order.state not in (*CUSTOMER_MAY_CANCEL, OrderState.CANCELLED):
            raise cancelled_late(order)
        await self.report_state(order_id, OrderState.CANCELLED, reason)

    async def locked(self, order_id: OrderId) -> Order:
        """An order in scope, without its lines, locked until the end. Raises `NotFound`."""
        act = self._ask
        if not isinstance(act, ActContext):
            raise Fault("orders are moved inside a transaction: take `act`, not `ask`")
        heads = await act.fetch(
            queries.LOCK_BY_ID, {"id": order_id, **queries.scope_parameters(act.scope)}
        )
        if not heads:
            raise no_order()
        return _order(heads[0], ())

    async def report_state(self, order_id: OrderId, to: OrderState, reason: Reason) -> None:
        """Move an order; a cancelled one lets go of what it held, exactly once.

        The goods of one that is paid or picked are held until it is shipped, and leave with it.
        Raises `NotFound`, or `Conflict` where the state does not allow it. The same state again
        changes nothing.
        """
        order = await self.locked(order_id)
        act = cast("ActContext", self._ask)
        if order.state is to:
            return
        if not may_move(order.state, to):
            raise Conflict(
                Reason(
                    "order.state",
                    f"Заказ {order.number} уже в другом состоянии",
                    f"Order {order.number} is in another state by now",
                    {"from": order.state, "to": to},
                )
            )
        await act.execute(
            update(customer_order).where(customer_order.c.id == order_id).values(state=to)
        )
        await act.execute(update(shipment).where(shipment.c.order_id == order_id).values(state=to))
        await add_entry(act, order_id, f"state.{to}", reason)
        facts: dict[str, Any] = {
            "order_id": order.id,
            "order_uuid": order.uuid,
            "number": order.number,
            "company_id": order.company_id,
            "legal_entity_id": order.legal_entity_id,
            "at": act.now,
        }
        await _goods_follow(act, order, to)
        if to is OrderState.CANCELLED:
            await act.execute(queries.WITHDRAW, {"order": order_id})
            await act.execute(queries.WITHDRAW_CHANGE, {"order": order_id})
            await count_spending(act, order_id, "cancelled", {})
            await act.emit(OrderCancelledV1(total=order.total, currency=order.currency, **facts))
        await act.emit(OrderStateChangedV1(before=order.state, after=to, **facts))

    async def amend(
        self,
        order_id: OrderId,
        shipment: UUID,
        lines: Sequence[AmendedLine],
        *,
        source: str,
        reason: Reason,
    ) -> bool:
        """The lines of a shipment become these; see `fondaco_sdk.OrderCommands`."""
        # What it takes stands above this module: letters, plans, and this service itself.
        from fondaco.orders.amending.service import amend

        act = cast("ActContext", self._ask)
        return await amend(act, order_id, shipment, lines, source=source, reason=reason)


async def _goods_follow(act: ActContext, order: Order, to: OrderState) -> None:
    if to is OrderState.CANCELLED:
        await let_go(act, order.id)
    elif to is OrderState.SHIPPED:
        await send_off(act, order.id)
    elif holds_on(order.state, to):
        await lock_goods(act, order.id)
        await keep_goods(act, order.id, None)


async def add_entry(act: ActContext, order_id: int, kind: str, reason: Reason) -> None:
    """Add a line to the order's timeline."""
    await act.execute(
        insert(order_entry),
        {
            "order_id": order_id,
            "kind": kind,
            "ru": reason.ru,
            "en": reason.en,
            "user_id": act.actor.user_id,
        },
    )


def cancelled_late(order: Order) -> Conflict:
    """Why the customer cannot cancel it any more, and who still can."""
    if may_move(order.state, OrderState.CANCELLED):
        return Conflict(
            Reason(
                "order.cancel_late",
                f"Заказ {order.number} уже в работе, отменить его может только менеджер",
                f"Work on order {order.number} has begun; only your manager can cancel it",
            )
        )
    made = MADE[order.state]
    return Conflict(
        Reason(
            "order.cancel_late",
            f"{made.ru}, отменить его уже нельзя",
            f"{made.en} and cannot be cancelled any more",
        )
    )


def no_order() -> NotFound:
    """Absent, or another company's: the two look the same."""
    return NotFound(Reason("order.absent", "Такого заказа нет", "There is no such order"))


def _order(
    row: Any,
    lines: tuple[OrderLine, ...],
    payments: tuple[OrderPayment, ...] = (),
    deliveries: tuple[OrderDelivery, ...] = (),
) -> Order:
    return Order(
        id=OrderId(row.id),
        uuid=row.uuid,
        number=row.number,
        company_id=CompanyId(row.company_id),
        legal_entity_id=LegalEntityId(row.legal_entity_id),
        state=OrderState(row.state),
        currency=row.currency,
        total=row.total,
        vat_total=row.vat_total,
        placed_at=row.placed_at,
        lines=lines,
        payments=payments,
        deliveries=deliveries,
    )


def _line(row: Any) -> OrderLine:
    return OrderLine(
        line=row.id,
        product_id=ProductId(row.product_id),
        sku=row.sku,
        name=row.name,
        unit=row.unit,
        quantity=row.quantity,
        unit_price=row.unit_price,
        total=row.total,
        vat=row.vat,
        vat_amount=row.vat_amount,
        promised=row.promised,
        replaced=row.replaced,
    )
