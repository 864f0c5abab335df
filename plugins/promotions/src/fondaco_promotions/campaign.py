"""What a campaign is, in which state it is at a moment, and what cannot be one. Pure."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal
from uuid import UUID

from msgspec import Struct

from fondaco_sdk.types.reason import Reason

LONGEST = 80
MOST = Decimal("9999999999.99")
MOST_USES = 1_000_000_000
KOPECK = Decimal("0.01")


class State(StrEnum):
    """Where a campaign stands."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Campaign(Struct, frozen=True, kw_only=True):
    """A promise of less: `percent` or `amount` off a unit's price, or off the order.

    Amounts and `min_total`, which is for the order only, are in the site's currency. It holds from
    `starts_at` up to the instant `ends_at`, None: until somebody ends it. `products`, `brands` and
    `categories` narrow each other, `companies` are whose it is; none named means all. `limit_total`
    and `limit_company` count orders.
    """

    uuid: UUID
    name_ru: str
    name_en: str
    level: Literal["unit", "order"]
    percent: Decimal | None = None
    amount: Decimal | None = None
    stackable: bool = False
    by_code: bool = False
    starts_at: datetime
    ends_at: datetime | None = None
    min_total: Decimal | None = None
    limit_total: int | None = None
    limit_company: int | None = None
    products: tuple[int, ...] = ()
    brands: tuple[str, ...] = ()
    categories: tuple[int, ...] = ()
    companies: tuple[int, ...] = ()

    def name(self, locale: str) -> str:
        """The name in a language."""
        return self.name_ru if locale == "ru" else self.name_en

    def state(self, now: datetime, paused: bool) -> State:
        """Where it stands at `now`. The end is the first instant at which it no longer holds."""
        if self.ends_at is not None and now >= self.ends_at:
            return State.ENDED
        if paused:
            return State.PAUSED
        return State.PLANNED if now < self.starts_at else State.RUNNING


def misfits(wanted: Campaign) -> Mapping[str, Reason]:
    """What is wrong with a campaign, by the field of the form."""
    found: dict[str, Reason] = {}
    for field in ("name_ru", "name_en"):
        if len(getattr(wanted, field)) > LONGEST:
            found[field] = _LONG
    if wanted.percent is not None and not (
        0 < wanted.percent <= 100 and wanted.percent == wanted.percent.quantize(KOPECK)
    ):
        found["value"] = _PERCENT
    if wanted.amount is not None and not _is_money(wanted.amount):
        found["value"] = _AMOUNT
    if wanted.min_total is not None:
        if wanted.level == "unit":
            found["min_total"] = _MIN_OF_ORDER
        elif not _is_money(wanted.min_total):
            found["min_total"] = _AMOUNT
    if wanted.ends_at is not None and wanted.ends_at <= wanted.starts_at:
        found["ends_at"] = _DATES
    for field in ("limit_total", "limit_company"):
        limit = getattr(wanted, field)
        if limit is not None and not 0 < limit <= MOST_USES:
            found[field] = _LIMIT
    total, own = wanted.limit_total, wanted.limit_company
    if total is not None and own is not None and own > total:
        found.setdefault("limit_company", _LIMITS)
    return found


def _is_money(amount: Decimal) -> bool:
    return 0 < amount <= MOST and amount == amount.quantize(KOPECK)


_LONG = Reason("promotions.name_long", f"Не длиннее {LONGEST} знаков", f"At most {LONGEST} letters")
_PERCENT = Reason(
    "promotions.percent",
    "Больше 0 и не больше 100 %, до двух знаков после запятой",
    "Above 0 and at most 100%, with at most two decimals",
)
_AMOUNT = Reason(
    "promotions.amount",
    "Сумма больше нуля, не более двух знаков после запятой",
    "An amount above zero, with at most two decimals",
)
_MIN_OF_ORDER = Reason(
    "promotions.min_of_order",
    "Минимальная сумма бывает только у скидки на заказ: цена в каталоге не знает корзины",
    "Only an order discount may have a minimum: a price in the catalogue knows no cart",
)
_DATES = Reason(
    "promotions.dates", "Окончание должно быть позже начала", "The end must be after the beginning"
)
_LIMIT = Reason("promotions.limit", "Целое число от 1", "A whole number from 1")
_LIMITS = Reason(
    "promotions.limits",
    "Для одной компании не может быть больше, чем всего",
    "One company cannot have more than there is in all",
)
