"""The rule: the status assigned, or the highest one reached; and what is missing to the next."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from fondaco_sdk.types.reason import Reason

MOST = Decimal("9999999999999.99")
KOPECK = Decimal("0.01")
LONGEST = 60


class Tier(Struct, frozen=True):
    """A status: from `threshold` of turnover on (site's currency), `percent` off every price.

    `points_percent` of what its holder pays is earned as points; None: what the settings say.
    """

    uuid: UUID
    name_ru: str
    name_en: str
    threshold: Decimal
    percent: Decimal
    points_percent: Decimal | None = None

    def name(self, locale: str) -> str:
        """The name in `locale`."""
        return self.name_ru if locale == "ru" else self.name_en


class Step(Struct, frozen=True):
    """A step of the cumulative discount: from `threshold` of accumulated turnover, `percent`."""

    threshold: Decimal
    percent: Decimal


class Assigned(Struct, frozen=True):
    """A status given by the ERP or a person; it holds up to and with `until`, None: for good."""

    tier: UUID
    until: date | None


class Standing(Struct, frozen=True):
    """Where a customer stands: turnover of the period, and all statuses from the lowest up.

    `accumulated` is the turnover of the cumulative discount, `steps` its scale from the lowest up.
    """

    turnover: Decimal
    tiers: tuple[Tier, ...]
    assigned: Assigned | None = None
    accumulated: Decimal = Decimal(0)
    steps: tuple[Step, ...] = ()

    @property
    def given(self) -> Tier | None:
        """The status that was assigned, if it is still in force."""
        if self.assigned is None:
            return None
        return next((tier for tier in self.tiers if tier.uuid == self.assigned.tier), None)

    @property
    def tier(self) -> Tier | None:
        """The status assigned, or else the one reached, if any."""
        reached = [tier for tier in self.tiers if tier.threshold <= self.turnover]
        return self.given or (reached[-1] if reached else None)

    @property
    def next(self) -> Tier | None:
        """The status to be reached next, if there is a higher one."""
        least = max(self.turnover, self.given.threshold) if self.given else self.turnover
        return next((tier for tier in self.tiers if tier.threshold > least), None)

    @property
    def missing(self) -> Decimal:
        """What is missing to the next status; zero at the top."""
        return self.next.threshold - self.turnover if self.next else Decimal(0)

    @property
    def step(self) -> Step | None:
        """The step of the cumulative discount that was reached, if any."""
        reached = [step for step in self.steps if step.threshold <= self.accumulated]
        return reached[-1] if reached else None

    @property
    def next_step(self) -> Step | None:
        """The step to be reached next, if there is one."""
        return next((step for step in self.steps if step.threshold > self.accumulated), None)

    def after(self, amount: Decimal) -> "Standing":
        """Where the customer stands with `amount` more."""
        return replace(
            self,
            turnover=max(self.turnover + amount, Decimal(0)),
            accumulated=max(self.accumulated + amount, Decimal(0)),
        )


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
    earned = wanted.points_percent
    if earned is not None and (not 0 <= earned <= 100 or earned != earned.quantize(KOPECK)):
        found["points_percent"] = Reason(
            "loyalty.points_percent",
            "Бонусы — от 0 до 100 % от оплаченного, не более двух знаков после запятой",
            "Points are from 0 to 100% of what was paid, with at most two decimals",
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
