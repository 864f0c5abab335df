"""What the ERP is asked of a cart or of an order: all products that it knows, each once."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.exchange.staging.rows import TOTAL
from fondaco_sdk.context import Ask
from fondaco_sdk.providers.erp import AskedLine, AskedPlace, LiveAsk, Terms
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.ids import AgreementId, PlaceId, ProductId
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.price import PriceStep, Stage
from fondaco_sdk.types.supply import LineSupply

_TERMS: TextClause = text(
    """
    select e.external_id as legal_entity, g.external_id as agreement,
           array(select p.external_id from fondaco.agreement_price_list l
                   join fondaco.price_list p on p.id = l.price_list_id
                  where l.agreement_id = g.id and p.external_id is not null
                  order by l.rank) as lists,
           (select coalesce(jsonb_object_agg(p.id, p.external_id), '{}') from fondaco.product p
             where p.id = any(cast(:products as bigint[])) and p.external_id is not null)
               as products,
           (select coalesce(jsonb_object_agg(p.id, p.external_id), '{}') from fondaco.place p
             where p.id = any(cast(:places as bigint[])) and p.external_id is not null
               and p.kind = 'own') as places
      from fondaco.agreement g join fondaco.legal_entity e on e.id = g.legal_entity_id
     where g.id = :agreement and g.external_id is not null and e.external_id is not null
    """
)


class Wanted(Struct, frozen=True):
    """A line that is to be confirmed. `price`: what the agreement came to, None: nothing.

    `by_hand`: a person of ours gave the line its price, which the ERP has no say in.
    """

    product_id: ProductId
    sku: str
    quantity: Decimal
    price: Decimal | None
    by_hand: bool
    places: Mapping[PlaceId, Decimal]


class Question(Struct, frozen=True):
    """What is asked, and whose ids those of the ERP are. `places` by what the ERP calls them."""

    agreement: AgreementId
    ask: LiveAsk
    wanted: Mapping[str, Wanted]
    places: Mapping[str, PlaceId]


def wanted_of(cart: PricedCart) -> Sequence[Wanted]:
    """The lines of a cart."""
    currency = cart.quote.currency
    return [
        wanted(
            line.product.id,
            line.product.sku,
            line.quantity,
            line.price.steps,
            line.supply,
            currency,
        )
        for line in cart.lines
    ]


def wanted(
    product: ProductId,
    sku: str,
    quantity: Decimal,
    steps: Sequence[PriceStep],
    supply: LineSupply,
    currency: str,
) -> Wanted:
    """A line by what has decided its price, and by where its goods are."""
    applied = [step for step in steps if step.applied]
    agreed = [one.after for one in applied if one.stage in (Stage.LIST, Stage.CONTRACT)]
    last = agreed[-1] if agreed else None
    places: dict[PlaceId, Decimal] = {}
    for part in supply.parts:
        places[part.place_id] = places.get(part.place_id, Decimal(0)) + part.quantity
    return Wanted(
        product,
        sku,
        quantity,
        None if last is None else round_money(last, currency),
        any(one.stage == Stage.MANUAL for one in applied),
        places,
    )


async def question_of(
    ask: Ask, agreement: AgreementId, currency: str, lines: Sequence[Wanted]
) -> Question | None:
    """None where the ERP knows neither the agreement nor any of the goods. One statement."""
    by_product: dict[ProductId, Wanted] = {}
    for line in lines:
        known = by_product.get(line.product_id)
        by_product[line.product_id] = line if known is None else _both(known, line)
    places = sorted({place for line in lines for place in line.places})
    rows = await ask.fetch(
        _TERMS, {"agreement": agreement, "products": list(by_product), "places": places}
    )
    if not rows or not rows[0].products:
        return None
    row = rows[0]
    named = {PlaceId(int(id)): _place(ref) for id, ref in row.places.items()}
    asked = {ref: by_product[ProductId(int(id))] for id, ref in row.products.items()}
    terms = Terms(row.legal_entity, row.agreement, tuple(row.lists), currency)
    return Question(
        agreement,
        LiveAsk(terms, tuple(_asked(ref, one, named) for ref, one in sorted(asked.items()))),
        asked,
        {ref: place for place, ref in named.items()},
    )


def _asked(ref: str, one: Wanted, named: Mapping[PlaceId, str]) -> AskedLine:
    places = tuple(
        AskedPlace(named[place], quantity)
        for place, quantity in sorted(one.places.items())
        if place in named
    )
    return AskedLine(ref, one.quantity, one.price, places)


def _both(one: Wanted, other: Wanted) -> Wanted:
    places = dict(one.places)
    for place, quantity in other.places.items():
        places[place] = places.get(place, Decimal(0)) + quantity
    return Wanted(
        one.product_id, one.sku, one.quantity + other.quantity, one.price, one.by_hand, places
    )


def _place(ref: str) -> str:
    return "" if ref == TOTAL else ref
