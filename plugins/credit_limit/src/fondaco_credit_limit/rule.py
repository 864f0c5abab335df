"""What a customer may still take on credit, and what overdue debts do to that: pure."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct


class OverdueRule(StrEnum):
    """What an overdue debt does: it is said, only paying beforehand is open, or nothing is."""

    WARN = "warn"
    PREPAY = "prepay"
    STOP = "stop"


class Status(StrEnum):
    """How a customer stands by a person's word, or the ERP's, whatever it owes."""

    NORMAL = "normal"
    PREPAY = "prepay"
    STOPPED = "stopped"


class Standing(Struct, frozen=True):
    """An account as it stands; money in its `currency`, `reported_at` aware UTC.

    `exposure` is everything that is owed or promised to be: reserved, ordered, shipped. `overdue`
    is what should have been paid by now, after `tolerance_days`; `oldest` is the day on which the
    oldest of it was due. `reported_at`: the moment of the ERP's last figures.
    """

    currency: str
    limit: Decimal
    days: int
    rule: OverdueRule
    tolerance_days: int
    status: Status
    exposure: Decimal
    overdue: Decimal
    oldest: date | None
    reported_at: datetime | None

    @property
    def available(self) -> Decimal:
        """What may still be taken on credit; never less than nothing."""
        return max(self.limit - self.exposure, Decimal(0))

    @property
    def over(self) -> Decimal:
        """By how much it is beyond its limit."""
        return max(self.exposure - self.limit, Decimal(0))

    @property
    def closed(self) -> "Closed | None":
        """Why nothing may be taken on credit, whatever is left of the limit."""
        if self.status is Status.STOPPED:
            return Closed.STOPPED
        if self.overdue and self.rule is OverdueRule.STOP:
            return Closed.OVERDUE_STOP
        if self.status is Status.PREPAY:
            return Closed.PREPAY
        if self.overdue and self.rule is OverdueRule.PREPAY:
            return Closed.OVERDUE_PREPAY
        return None

    @property
    def stops(self) -> bool:
        """Whether nothing can be ordered at all, however it is paid."""
        return self.closed in (Closed.STOPPED, Closed.OVERDUE_STOP)

    @property
    def opens(self) -> Decimal:
        """What has to be paid so that overdue debts no longer close it; 0: they do not."""
        closes = self.closed in (Closed.OVERDUE_STOP, Closed.OVERDUE_PREPAY)
        return self.overdue if closes else Decimal(0)

    def lacks(self, total: Decimal) -> Decimal:
        """What has to be paid besides `opens` so that all of `total` may be taken on credit."""
        return max(self.exposure - self.opens + total - self.limit, Decimal(0))


class OnCredit(Struct, frozen=True):
    """What of an order is on credit, what is there for that, and what has gone back to the buyer.

    `received` is without what is `returned`; all in the order's currency.
    """

    amount: Decimal
    received: Decimal
    returned: Decimal


class Counted(Struct, frozen=True):
    """What was on credit of an order, and had gone back, when the ERP last counted it."""

    amount: Decimal
    returned: Decimal


def weighs(now: OnCredit, counted: Counted | None) -> Decimal:
    """What an order takes of the limit beside the ERP's figure.

    Of an order that the ERP counts, what went on credit or went back to the buyer since. What came
    since frees nothing, and neither does a smaller order: the figure may be without it already.
    """
    if counted is None:
        return max(now.amount - now.received, Decimal(0))
    more = max(now.amount - counted.amount, Decimal(0))
    return more + max(now.returned - counted.returned, Decimal(0))


class Closed(StrEnum):
    """Why an account is closed."""

    STOPPED = "stopped"
    PREPAY = "prepay"
    OVERDUE_STOP = "overdue_stop"
    OVERDUE_PREPAY = "overdue_prepay"
