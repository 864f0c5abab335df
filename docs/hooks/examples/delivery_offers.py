"""A courier in town: three hundred, and nothing that is heavier than he is."""

from collections.abc import Sequence
from decimal import Decimal

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.delivery import DeliveryOffer, Parcel
from fondaco_sdk.types.reason import Reason

PRICE, HEAVIEST_KG = Decimal(300), Decimal(60)
COURIER = Reason("example.courier", "Курьер по городу", "A courier in town")
HEAVY = Reason("example.heavy", "Тяжелее 60 кг курьер не возьмёт", "Too heavy for a courier")


@impl
async def delivery_offers(ask: Ask, parcels: Sequence[Parcel]) -> Sequence[DeliveryOffer]:
    """On the day on which it is ready; of an unknown weight nothing is offered."""
    return [
        DeliveryOffer(
            parcel=parcel.key,
            code="example:courier",
            title=COURIER,
            price=PRICE,
            vat="22",
            arrives_from=parcel.ready_on,
            arrives_until=parcel.ready_on,
            refusal=HEAVY if parcel.weight_kg > HEAVIEST_KG else None,
        )
        for parcel in parcels
        if parcel.weight_kg is not None and parcel.currency == "RUB"
    ]
