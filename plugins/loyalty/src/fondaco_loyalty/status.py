"""The rule: the highest status whose turnover was reached, and what is missing to the next."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco_sdk.types.reason import Reason

MOST = Decimal("9999999999999.99")
KOPECK = Decimal("0.01")
LONGEST = 60


class Tier(Struct, frozen=True):
    """A status: from `threshold` of turnover on (site's currency), `percent` off every price."""

    uuid: UUID
    name_ru: str
    name_en: str
    threshold: Decimal
    percent: Decimal

    def name(self, locale: str) -> str:
        """The name in `locale`."""
        return self.name_ru if locale == "ru" else self.name_en


class Standing(Struct, frozen=True):
    """Where a company stands: its turnover, and all statuses from the lowest up."""

    turnover: Decimal
    tiers: tuple[Tier, ...]

    @property
    def tier(self) -> Tier | None:
        """The status reached, if any."""
        reached = [tier for tier in self.tiers if tier.threshold <= self.turnover]
        return reached[-1] if reached else None

    @property
    def next(self) -> Tier | None:
        """The status to be reached next, if there is a higher one."""
        return next((tier for tier in self.tiers if tier.threshold > self.turnover), None)

    @property
    def missing(self) -> Decimal:
        """What is missing to the next status; zero at the top."""
        return self.next.threshold - self.turnover if self.next else Decimal(0)

    def after(self, amount: Decimal) -> "Standing":
        """Where the company stands with `amount` more."""
        return Standing(max(self.turnover + amount, Decimal(0)), self.tiers)


def misfits(wanted: Tier, others: Sequence[Tier]) -> dict[str, Reason]:
    """What is wrong with a status beside the `others`, by field; empty when nothing is."""
    found: dict[str, Reason] = {}
    if not 0 <= wanted.threshold <= MOST or wanted.threshold != wanted.threshold.quantize(KOPECK):
        found["threshold"] = Reason(
            "loyalty.threshold",
            "Оборот — это сумма от 0, не более двух знаков после запятой",
            "The turnover is an amount from 0, with at most two decimals",
        )
    if not 0 <= wanted.percent <= 100 or wanted.percent != wanted.percent.quantize(KOPECK):
        found["percent"] = Reason(
            "loyalty.percent",
            "Скидка — от 0 до 100 %, не более двух знаков после запятой",
            "The discount is from 0 to 100%, with at most two decimals",
        )
    for field in ("name_ru", "name_en"):
        if len(getattr(wanted, field)) > LONGEST:
            found[field] = Reason(
                "loyalty.name_long",
                f"Не длиннее {LONGEST} знаков",
                f"At most {LONGEST} characters",
            )
        if any(
            getattr(other, field).casefold() == getattr(wanted, field).casefold()
            for other in others
        ):
            found[field] = Reason(
                "loyalty.name_taken",
                "Статус с таким названием уже есть",
                "There is a status of this name already",
            )
    for other in others:
        clash = _clash(wanted, other)
        if clash is not None:
            found.setdefault(*clash)
    return found


def _clash(wanted: Tier, other: Tier) -> tuple[str, Reason] | None:
    """Two statuses of one turnover, or a higher one with a smaller discount."""
    names = {"ru": other.name_ru, "en": other.name_en}
    if wanted.threshold == other.threshold:
        return "threshold", Reason(
            "loyalty.threshold_taken",
            f"С этого оборота уже начинается статус «{other.name_ru}»",
            f"The status “{other.name_en}” begins at this turnover already",
            names,
        )
    percent = f"{other.percent.normalize():f}"
    if wanted.threshold > other.threshold and wanted.percent < other.percent:
        return "percent", Reason(
            "loyalty.percent_low",
            f"У статуса «{other.name_ru}» с меньшим оборотом скидка {percent} %:"
            " здесь она не может быть меньше",
            f"The status “{other.name_en}” asks for less turnover and gives {percent}%:"
            " this one cannot give less",
            {**names, "percent": percent},
        )
    if wanted.threshold < other.threshold and wanted.percent > other.percent:
        return "percent", Reason(
            "loyalty.percent_high",
            f"У статуса «{other.name_ru}» с большим оборотом скидка {percent} %:"
            " здесь она не может быть больше",
            f"The status “{other.name_en}” asks for more turnover and gives {percent}%:"
            " this one cannot give more",
            {**names, "percent": percent},
        )
    return None
