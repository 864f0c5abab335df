"""Where companies stand now: turnover of the rolling period and the statuses, in one statement."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.status import Standing, Tier
from fondaco_sdk.context import Ask
from fondaco_sdk.types.ids import CompanyId
from fondaco_sdk.types.order import OrderState

STANDINGS: TextClause = text(
    """
    select q.key, coalesce(s.amount, 0), o.total, o.currency, o.state,
           t.uuid, t.name_ru, t.name_en, t.threshold, t.percent
      from unnest(cast(:keys as text[]), cast(:companies as bigint[]), cast(:orders as uuid[]))
           as q(key, company_id, order_uuid)
      left join lateral (
           select sum(e.amount) as amount
             from plugin_loyalty.turnover e
            where e.company_id = q.company_id and e.currency = :currency
              and e.counted_on > :since and e.counted_on <= :today
              and (q.order_uuid is null or e.order_uuid is distinct from q.order_uuid)
           ) s on true
      left join fondaco_api.order_v1 o
        on o.uuid = q.order_uuid and o.company_id = q.company_id
      left join plugin_loyalty.tier t on t.removed_at is null
     order by q.key, t.threshold
    """
)


class Question(Struct, frozen=True):
    """Where does a company stand, `beside` an order: as if that order had not been counted yet?"""

    key: str
    company_id: CompanyId
    beside: UUID | None = None


class Answer(Struct, frozen=True):
    """`adds` is what the order beside which was asked brings; None where it does not count."""

    standing: Standing
    adds: Decimal | None = None
    cancelled: bool = False
    currency: str = ""


async def standings(ask: Ask, questions: Sequence[Question]) -> Mapping[str, Answer]:
    """An answer per key. One statement, whatever the number of questions."""
    if not questions:
        return {}
    settings = ask.settings(LoyaltySettings)
    rows = await ask.fetch(
        STANDINGS,
        {
            "keys": [q.key for q in questions],
            "companies": [q.company_id for q in questions],
            "orders": [q.beside for q in questions],
            "currency": ask.currency,
            **period(ask),
        },
    )
    tiers: dict[str, list[Tier]] = {}
    answers: dict[str, Answer] = {}
    for key, turnover, total, currency, state, *tier in rows:
        of_key = tiers.setdefault(key, [])
        if tier[0] is not None:
            of_key.append(Tier(*tier))
        cancelled = state == OrderState.CANCELLED
        counts = settings.portal_orders and currency == ask.currency and not cancelled
        answers[key] = Answer(
            Standing(max(turnover, Decimal(0)), tuple(of_key)),
            total if counts else None,
            cancelled,
            currency or "",
        )
    return answers


async def standing(ask: Ask, company_id: CompanyId) -> Standing:
    """Where one company stands."""
    return (await standings(ask, [Question("", company_id)]))[""].standing


def period(ask: Ask) -> Mapping[str, date]:
    """The days that count, in the site's zone: after `since`, up to `today`."""
    today = ask.now.astimezone(ask.zone).date()
    return {
        "today": today,
        "since": today - timedelta(days=ask.settings(LoyaltySettings).period_days),
    }
