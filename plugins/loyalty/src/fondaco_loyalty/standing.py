"""Where customers stand now: turnover, statuses and the cumulative scale, in one statement."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco_loyalty.holders import per_holder
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.status import Assigned, Standing, Step, Tier
from fondaco_sdk.context import Ask
from fondaco_sdk.types.ids import CompanyId, LegalEntityId
from fondaco_sdk.types.order import OrderState

STANDINGS = per_holder(
    """
    with asked as (
        select a.key, a.company_id, a.order_uuid, o.currency, o.state,
               o.total - (select coalesce(sum(s.delivery_price), 0) from fondaco_api.shipment_v1 s
                           where s.order_id = o.id) as total,
               coalesce(o.legal_entity_id, a.entity_id, {first}) as entity_id
          from unnest(cast(:keys as text[]), cast(:companies as bigint[]),
                      cast(:entities as bigint[]), cast(:orders as uuid[]))
               as a(key, company_id, entity_id, order_uuid)
          left join fondaco_api.order_v1 o
            on o.uuid = a.order_uuid and o.company_id = a.company_id
    )
    select q.key, coalesce(s.amount, 0), coalesce(s.accumulated, 0), q.total, q.currency, q.state,
           g.uuid as given, g.valid_to,
           array(select p.threshold from plugin_loyalty.scale_step p order by p.threshold),
           array(select p.percent from plugin_loyalty.scale_step p order by p.threshold),
           (select -sum(e.amount) from plugin_loyalty.points e
             where e.order_uuid = q.order_uuid and e.kind = 'spend') as paid,
           t.uuid, t.name_ru, t.name_en, t.threshold, t.percent, t.points_percent
      from asked q
      left join lateral (
           select sum(e.amount) filter (where e.counted_on > :since) as amount,
                  sum(e.amount) filter (where e.counted_on > :scale_since) as accumulated
             from plugin_loyalty.turnover e
            where {own} and e.currency = :currency
              and e.counted_on > least(:since, :scale_since) and e.counted_on <= :today
              and (q.order_uuid is null or e.order_uuid is distinct from q.order_uuid)
           ) s on true
      left join lateral (
           select d.uuid, n.valid_to
             from plugin_loyalty.assignment n
             join plugin_loyalty.tier d on d.id = n.tier_id and d.removed_at is null
            where n.holder = {holder} and n.ended_at is null
              and n.valid_from <= :today and (n.valid_to is null or n.valid_to >= :today)
            order by n.id desc limit 1
           ) g on true
      left join plugin_loyalty.tier t on t.removed_at is null
     order by q.key, t.threshold
    """
)


class Question(Struct, frozen=True):
    """Where does a customer stand, `beside` an order: as if that order had not been counted yet?

    Without an order, `legal_entity_id` says of which legal entity; by default the company's first.
    """

    key: str
    company_id: CompanyId
    beside: UUID | None = None
    legal_entity_id: LegalEntityId | None = None


class Answer(Struct, frozen=True):
    """`adds` is what the order beside which was asked brings; None where it does not count.

    `paid` is how many points it was paid with.
    """

    standing: Standing
    adds: Decimal | None = None
    cancelled: bool = False
    currency: str = ""
    paid: Decimal = Decimal(0)


async def standings(ask: Ask, questions: Sequence[Question]) -> Mapping[str, Answer]:
    """An answer per key. One statement, whatever the number of questions."""
    if not questions:
        return {}
    settings = ask.settings(LoyaltySettings)
    rows = await ask.fetch(
        STANDINGS[settings.by],
        {
            "keys": [q.key for q in questions],
            "companies": [q.company_id for q in questions],
            "entities": [q.legal_entity_id for q in questions],
            "orders": [q.beside for q in questions],
            "currency": ask.currency,
            **period(ask),
            "scale_since": scale_since(ask),
        },
    )
    tiers: dict[str, list[Tier]] = {}
    answers: dict[str, Answer] = {}
    for key, amount, accumulated, total, currency, state, given, until, *scale_and_tier in rows:
        thresholds, percents, paid, *tier = scale_and_tier
        of_key = tiers.setdefault(key, [])
        if tier[0] is not None:
            of_key.append(Tier(*tier))
        cancelled = state == OrderState.CANCELLED
        counts = settings.portal_orders and currency == ask.currency and not cancelled
        standing = Standing(
            max(amount, Decimal(0)),
            tuple(of_key),
            Assigned(given, until) if given else None,
            max(accumulated, Decimal(0)),
            tuple(map(Step, thresholds, percents)),
        )
        answers[key] = Answer(
            standing,
            total if counts else None,
            cancelled,
            currency or "",
            paid or Decimal(0),
        )
    return answers


async def standing(
    ask: Ask, company_id: CompanyId, legal_entity_id: LegalEntityId | None = None
) -> Standing:
    """Where one customer stands."""
    question = Question("", company_id, None, legal_entity_id)
    return (await standings(ask, [question]))[""].standing


def acting_entity(ask: Ask) -> LegalEntityId | None:
    """The legal entity for which the actor works, if for any."""
    return ask.customer.legal_entity_id if ask.customer else None


def scale_since(ask: Ask) -> date:
    """After which day turnover counts for the cumulative discount."""
    days = ask.settings(LoyaltySettings).scale_days
    today = ask.now.astimezone(ask.zone).date()
    return today - timedelta(days=days) if days else date.min


def period(ask: Ask) -> Mapping[str, date]:
    """The days that count, in the site's zone: after `since`, up to `today`."""
    today = ask.now.astimezone(ask.zone).date()
    return {
        "today": today,
        "since": today - timedelta(days=ask.settings(LoyaltySettings).period_days),
    }
