"""A shipment of an order as its carrier gets to know of it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.delivery.parcels import Measures, measures_of, weighed
from fondaco.hooks.context import AskContext
from fondaco_sdk.providers.carriage import CarriageWanted, CarriedItem, NotTaken, Party
from fondaco_sdk.types.delivery import Parcel, Spot
from fondaco_sdk.types.ids import OutletId, ProductId
from fondaco_sdk.types.reason import Reason

_SHIPMENT: TextClause = text(
    """
    select s.uuid, s.carrier, s.delivery_code, s.point_code, s.outlet_id, s.address, s.promised,
           s.wanted_on, o.number, o.currency, r.name as seller, r.tax_id as seller_tax_id,
           r.phone as seller_phone, coalesce(nullif(e.full_name, ''), e.name) as buyer,
           e.tax_id, c.phone, coalesce(u.email, '') as email, a.country, a.postal_code, a.region,
           coalesce(nullif(a.city, ''), a.settlement, '') as city, a.fias_id, a.lat, a.lon,
           coalesce(origin.address, '') as origin
      from fondaco.shipment s
      join fondaco.customer_order o on o.id = s.order_id
      join fondaco.seller r on r.id = s.seller_id
      join fondaco.legal_entity e on e.id = o.legal_entity_id
      join fondaco.company c on c.id = o.company_id
      left join fondaco.user_account u on u.id = o.user_id
      left join fondaco.outlet_address a
        on a.outlet_id = s.outlet_id and a.text = s.address and a.verdict <> 'uncertain'
      left join lateral (
           select p.address from fondaco.place p
            where p.kind = 'own' or p.id in (
                  select cast(part ->> 'place_id' as bigint) from fondaco.order_line l,
                         jsonb_array_elements(l.supply -> 'parts') part
                   where l.shipment_id = s.id)
            order by (select count(distinct part ->> 'place_id') = 1
                             and bool_and(part ->> 'place_id' = cast(p.id as text))
                        from fondaco.order_line l, jsonb_array_elements(l.supply -> 'parts') part
                       where l.shipment_id = s.id) desc nulls last, p.kind = 'own' desc, p.id
            limit 1) origin on true
     where s.id = :shipment
    """
)
_LINES: TextClause = text(
    """
    select product_id, sku, name, quantity, total from fondaco.order_line
     where shipment_id = :shipment and quantity > 0 order by position
    """
)


class Consigned(Struct, frozen=True):
    """What is to be registered, and with whom."""

    carrier: str
    wanted: CarriageWanted


async def consigned_of(ask: AskContext, shipment_id: int) -> Consigned:
    """A shipment by its id. Three statements. Raises `NotTaken` for what no carrier would take."""
    row = (await ask.fetch(_SHIPMENT, {"shipment": shipment_id}))[0]
    lines = await ask.fetch(_LINES, {"shipment": shipment_id})
    measures = await measures_of(ask, {ProductId(line.product_id) for line in lines})
    known = [measures[ProductId(line.product_id)] for line in lines]
    if not lines or any(one.weight_kg is None for one in known):
        raise NotTaken(_NO_WEIGHT)
    if not row.phone:
        raise NotTaken(_NO_PHONE)
    wanted = CarriageWanted(
        key=row.uuid,
        order=row.number,
        tariff=row.delivery_code.partition(":")[2],
        point_code=row.point_code,
        parcel=_parcel(row, lines, known),
        sender=Party(row.seller, row.seller_tax_id, row.seller_phone),
        recipient=Party(row.buyer, row.tax_id, row.phone, row.email),
        items=tuple(map(_item, lines, known)),
    )
    return Consigned(row.carrier, wanted)


def _parcel(row: Any, lines: Sequence[Any], known: Sequence[Measures]) -> Parcel:
    weight, size = weighed([(one, line.quantity) for one, line in zip(known, lines, strict=True)])
    goal = Spot(row.address)
    if row.country is not None:
        goal = Spot(
            row.address, row.country or "RU", row.postal_code, row.region, row.city, row.fias_id,
            row.lat, row.lon,
        )  # fmt: skip
    return Parcel(
        key=0,
        origin=Spot(row.origin),
        destination=goal,
        value=sum((line.total for line in lines), Decimal(0)),
        currency=row.currency,
        weight_kg=weight,
        box=size,
        ready_on=row.promised and max(row.promised, row.wanted_on or row.promised),
        outlet=None if row.outlet_id is None else OutletId(row.outlet_id),
    )


def _item(line: Any, known: Measures) -> CarriedItem:
    weight = (known.weight_kg or Decimal(0)) * line.quantity
    return CarriedItem(line.sku, line.name, line.quantity, weight, line.total)


_NO_WEIGHT = Reason(
    "carriage.no_weight",
    "Вес некоторых товаров неизвестен: укажите его в учётной системе и повторите",
    "The weight of some goods is not known: name it in the ERP and try again",
)
_NO_PHONE = Reason(
    "carriage.no_phone",
    "У компании покупателя нет телефона, без него перевозчик не возьмёт груз: впишите его в"
    " карточке клиента и повторите",
    "The buyer's company has no telephone, without which no carrier takes a parcel: enter it on the"
    " customer's page and try again",
)
