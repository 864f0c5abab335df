"""Prices that the ERP named when it was asked: kept with their moment, and for how long they count.

They count until they are too old, or until a newer word on the product came as a price list or as
an individual price.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.types.ids import AgreementId, ProductId

_KNOWN: TextClause = text(
    """
    select l.product_id, l.price, l.currency, l.as_of
      from fondaco.live_price l
     where l.agreement_id = :agreement and l.product_id = any(cast(:products as bigint[]))
       and l.as_of > now() - make_interval(hours => cast(:hours as int))
       and not exists (select from fondaco.price_row r
                        where r.product_id = l.product_id and r.changed_at > l.as_of)
       and not exists (select from fondaco.individual_price i
                        where i.product_id = l.product_id and i.created_at > l.as_of)
    """
)
# The database's clock, since it is compared with when rows of price lists have changed.
_KEEP: TextClause = text(
    """
    insert into fondaco.live_price as p (agreement_id, product_id, price, currency)
    select :agreement, product_id, price, :currency
      from unnest(cast(:products as bigint[]), cast(:prices as numeric[])) as s (product_id, price)
     order by product_id
    on conflict (agreement_id, product_id) do update
       set price = excluded.price, currency = excluded.currency, as_of = excluded.as_of
    """
)


class LivePrice(Struct, frozen=True):
    """Of a base unit, VAT included; `as_of` is aware UTC."""

    price: Decimal
    currency: str
    as_of: datetime


async def live_prices(
    ask: Ask, agreement: AgreementId, products: Sequence[ProductId], hours: int
) -> Mapping[ProductId, LivePrice]:
    """Those that count now. One statement."""
    values = {"agreement": agreement, "products": list(products), "hours": hours}
    rows = await ask.fetch(_KNOWN, values)
    return {ProductId(row[0]): LivePrice(*row[1:]) for row in rows}


async def keep_live_prices(
    act: Act, agreement: AgreementId, currency: str, prices: Mapping[ProductId, Decimal]
) -> None:
    """What the ERP has said just now. One statement, none without prices."""
    if prices:
        products = sorted(prices)
        values = {
            "agreement": agreement,
            "currency": currency,
            "products": products,
            "prices": [prices[one] for one in products],
        }
        await act.execute(_KEEP, values)
