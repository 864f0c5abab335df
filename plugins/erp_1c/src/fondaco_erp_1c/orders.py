"""Orders as 1C wants them: one document for each seller and shipment, read in batch.

Both dialects write their documents from here, so it knows of neither.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_sdk.context import Ask
from fondaco_sdk.types.order import OrderState

# The exchange is of no one company: whoever asks has the scope of all, and the orders are named.
_DOCUMENTS: TextClause = text(
    """
    select o.id as order_id, o.number as order_number, s.id as shipment_id, s.uuid, o.state,
           o.placed_at, o.currency, o.comment, o.customer_reference,
           s.delivery, s.address, s.wanted_on, s.promised, s.delivery_code, s.delivery_ru,
           s.delivery_price, s.delivery_vat, s.delivery_vat_rate, s.delivery_vat_amount,
           s.arrives_from, s.arrives_until, s.carrier, s.point_code, s.point_text,
           row_number() over (partition by o.id order by s.id) as part,
           count(*) over (partition by o.id) as parts,
           coalesce(pl.external_id, '') as place_id, coalesce(pl.name, '') as place,
           r.name as seller, coalesce(r.external_id, '') as seller_id, r.tax_id as seller_tax_id,
           r.kpp as seller_kpp,
           coalesce(e.external_id, e.uuid::text) as buyer_id, e.name as buyer,
           e.full_name as buyer_full_name, e.country, e.tax_id, e.kpp, e.address as buyer_address,
           coalesce(u.name, '') as person, coalesce(u.email, '') as email,
           coalesce(g.number, '') as agreement, coalesce(g.external_id, '') as agreement_id
      from fondaco_api.order_v1 o
      join fondaco_api.shipment_v1 s on s.order_id = o.id
      join fondaco_api.seller_v1 r on r.id = s.seller_id
      join fondaco_api.legal_entity_v1 e on e.id = o.legal_entity_id
      left join fondaco_api.agreement_v1 g on g.id = o.agreement_id
      left join fondaco_api.place_v1 pl on pl.id = s.place_id
      left join fondaco_api.user_v1 u on u.id = o.user_id
     where o.id = any(cast(:orders as bigint[]))
     order by o.id, s.id
    """
)
_LINES: TextClause = text(
    """
    select l.shipment_id, coalesce(p.external_id, p.uuid::text) as product, l.sku, l.name,
           coalesce(u.code, '796') as unit_code, coalesce(u.name, l.unit) as unit,
           coalesce(u.full_name, '') as unit_name, coalesce(u.international, '') as unit_letters,
           l.quantity, l.unit_price, l.total, l.vat, l.vat_rate, l.vat_amount
      from fondaco_api.order_line_v1 l
      join fondaco_api.product_v1 p on p.id = l.product_id
      left join fondaco_api.unit_v1 u on u.code = p.unit_code
     where l.order_id = any(cast(:orders as bigint[])) and l.quantity > 0
     order by l.shipment_id, l.position
    """
)


_PAYMENTS: TextClause = text(
    """
    select order_id, way, ru, amount, received, before from fondaco_api.payment_v1
     where order_id = any(cast(:orders as bigint[])) order by id
    """
)


class LineOut(Struct, frozen=True):
    """A line; quantity in base units, money in the order's currency with VAT included.

    `product` is the ERP's id of the offer, `total` what counts; `vat` a code of the SDK ("novat").
    """

    product: str
    sku: str
    name: str
    unit_code: str
    unit: str
    unit_name: str
    unit_letters: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    vat: str
    vat_rate: Decimal
    vat_amount: Decimal


class DeliveryOut(Struct, frozen=True):
    """How a shipment is brought, as the buyer chose it: `price` in the order's currency with VAT.

    The goods arrive between the two days; with `point` the buyer fetches them at that pickup point
    of the `carrier`, whose name and address is `point_text`.
    """

    code: str
    title: str
    price: Decimal
    vat: str
    vat_rate: Decimal
    vat_amount: Decimal
    arrives_from: date | None
    arrives_until: date | None
    carrier: str
    point: str
    point_text: str


class PaymentOut(Struct, frozen=True):
    """A part of the order's total, to be paid in the way `way`; `received` is what has come.

    Money in the order's currency. `before`: it is paid before the goods leave.
    """

    way: str
    title: str
    amount: Decimal
    received: Decimal
    before: bool


class BuyerOut(Struct, frozen=True):
    """The legal entity that buys; `id` is the ERP's, or the portal's where it has none."""

    id: str
    name: str
    full_name: str
    country: str
    tax_id: str
    kpp: str
    address: str
    person: str
    email: str


class SellerOut(Struct, frozen=True):
    """Our own legal entity that sells."""

    id: str
    name: str
    tax_id: str
    kpp: str


class OrderOut(Struct, frozen=True):
    """A document of an order: what one seller sends in one shipment. `placed_at` is aware UTC.

    `number` is that of the order, with `/1`, `/2` where it goes in several parts.
    """

    order_id: int
    shipment_id: int
    uuid: UUID
    number: str
    order_number: str
    state: OrderState
    placed_at: datetime
    currency: str
    payments: tuple[PaymentOut, ...]
    comment: str
    customer_reference: str
    delivery: str
    address: str
    wanted_on: date | None
    promised: date | None
    place_id: str
    place: str
    agreement_id: str
    agreement: str
    seller: SellerOut
    buyer: BuyerOut
    lines: tuple[LineOut, ...]
    deliveries: tuple[DeliveryOut, ...] = ()

    @property
    def total(self) -> Decimal:
        """The sum of the lines, and what bringing them costs."""
        goods = sum((line.total for line in self.lines), Decimal(0))
        return sum((one.price for one in self.deliveries), goods)

    @property
    def vat_total(self) -> Decimal:
        """The VAT in it."""
        goods = sum((line.vat_amount for line in self.lines), Decimal(0))
        return sum((one.vat_amount for one in self.deliveries), goods)


async def orders_out(ask: Ask, orders: Sequence[int]) -> Sequence[OrderOut]:
    """The documents of some orders, in the order of their ids. Three statements.

    Each names all payments of its order.
    """
    wanted = {"orders": list(orders)}
    lines: dict[int, list[LineOut]] = defaultdict(list)
    for row in await ask.fetch(_LINES, wanted):
        lines[row[0]].append(LineOut(*row[1:]))
    payments: dict[int, list[PaymentOut]] = defaultdict(list)
    for row in await ask.fetch(_PAYMENTS, wanted):
        payments[row[0]].append(PaymentOut(*row[1:]))
    rows = await ask.fetch(_DOCUMENTS, wanted)
    return [
        _document(row, tuple(lines[row.shipment_id]), tuple(payments[row.order_id])) for row in rows
    ]


def _document(row: Any, lines: tuple[LineOut, ...], payments: tuple[PaymentOut, ...]) -> OrderOut:
    number = f"{row.order_number}/{row.part}" if row.parts > 1 else row.order_number
    return OrderOut(
        order_id=row.order_id,
        shipment_id=row.shipment_id,
        uuid=row.uuid,
        number=number,
        order_number=row.order_number,
        state=OrderState(row.state),
        placed_at=row.placed_at,
        currency=row.currency,
        payments=payments,
        comment=row.comment,
        customer_reference=row.customer_reference,
        delivery=row.delivery,
        address=row.address,
        wanted_on=row.wanted_on,
        promised=row.promised,
        place_id=row.place_id,
        place=row.place,
        agreement_id=row.agreement_id,
        agreement=row.agreement,
        seller=SellerOut(row.seller_id, row.seller, row.seller_tax_id, row.seller_kpp),
        buyer=BuyerOut(
            row.buyer_id, row.buyer, row.buyer_full_name, row.country, row.tax_id, row.kpp,
            row.buyer_address, row.person, row.email,
        ),
        lines=lines,
        deliveries=_deliveries(row),
    )  # fmt: skip


def _deliveries(row: Any) -> tuple[DeliveryOut, ...]:
    if not row.delivery_code:
        return ()
    return (
        DeliveryOut(
            row.delivery_code, row.delivery_ru, row.delivery_price, row.delivery_vat,
            row.delivery_vat_rate, row.delivery_vat_amount, row.arrives_from, row.arrives_until,
            row.carrier, row.point_code, row.point_text,
        ),
    )  # fmt: skip
