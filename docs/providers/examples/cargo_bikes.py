"""A courier service of one town, whose price list is short enough to need no service."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from fondaco_sdk.context import Net
from fondaco_sdk.providers.carrier import PickupPoint, Quote
from fondaco_sdk.types.delivery import Parcel, PointKind
from fondaco_sdk.types.reason import Reason

HEAVIEST = Decimal(40)


class CargoBikes:
    """Implements `fondaco_sdk.providers.carrier.Carrier`: the next day, within Tver."""

    title = Reason("cargo_bikes.title", "Грузовелосипед", "Cargo bikes")

    async def quotes(self, net: Net, parcels: Sequence[Parcel]) -> Sequence[Sequence[Quote]]:
        """A hundred roubles and ten more for each kilogram."""
        return [[quote(parcel)] if carries(parcel) else [] for parcel in parcels]

    async def points(self, net: Net, page: int) -> Sequence[PickupPoint] | None:
        """The workshop."""
        return None if page else [WORKSHOP]


def carries(parcel: Parcel) -> bool:
    """Whether it is light enough, by what is known, and goes where bikes go."""
    weight, goal = parcel.weight_kg, parcel.destination
    return weight is not None and weight <= HEAVIEST and "Тверь" in (goal.city or goal.text)


def quote(parcel: Parcel) -> Quote:
    """What the way costs, VAT included."""
    now = datetime.now(UTC)
    day = (parcel.ready_on or now.date()) + timedelta(days=1)
    return Quote(
        tariff="bike",
        title=Reason("cargo_bikes.door", "до двери", "to the door"),
        price=100 + 10 * (parcel.weight_kg or Decimal(0)),
        currency="RUB",
        to_point=False,
        arrives_from=day,
        arrives_until=day,
        valid_until=now + timedelta(days=1),
    )


WORKSHOP = PickupPoint(
    code="1",
    kind=PointKind.COUNTER,
    name="Мастерская",
    address="г Тверь, ул Коминтерна, д 1",
    city="Тверь",
    region="Тверская обл",
    city_fias="",
    postal_code="170001",
    country="RU",
    lat=Decimal("56.83"),
    lon=Decimal("35.90"),
    hours="Пн-Пт 10:00-19:00",
    heaviest_kg=HEAVIEST,
)


def create(settings: None) -> CargoBikes:
    """The factory that a manifest names: Provider("carrier", "bikes", "...:create")."""
    return CargoBikes()
