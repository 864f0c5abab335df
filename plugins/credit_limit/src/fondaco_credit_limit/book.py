"""What accounts consist of, for pages: debts and orders by day, and by age."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_sdk.context import Ask
from fondaco_sdk.types.ids import LegalEntityId


class Stage(StrEnum):
    """How far a debt is: goods are reserved, ordered with the ERP, or shipped."""

    RESERVED = "reserved"
    ORDERED = "ordered"
    SHIPPED = "shipped"


_ITEMS: TextClause = text(
    """
    select d.legal_entity_id, d.document, d.order_number, null::uuid, d.issued_on, d.due_on,
           d.amount, d.state, true
      from plugin_credit_limit.debt d where d.legal_entity_id = any(cast(:entities as bigint[]))
    union all
    select e.legal_entity_id, '', o.number, o.uuid,
           coalesce(s.shipped_on, cast(o.placed_at at time zone :zone as date)), s.due_on,
           sum(e.amount),
           case when s.order_id is not null then 'shipped'
                when o.state in ('placed', 'awaiting_approval') then 'reserved'
                else 'ordered' end, false
      from plugin_credit_limit.entry e
      join fondaco_api.order_v1 o on o.id = e.order_id
      left join plugin_credit_limit.shipped s on s.order_id = e.order_id
     where e.legal_entity_id = any(cast(:entities as bigint[]))
     group by e.legal_entity_id, o.number, o.uuid, o.state, o.placed_at, s.order_id, s.shipped_on,
           s.due_on
    having sum(e.amount) <> 0
     order by 6 nulls last, 5, 3
    """
)
_JOURNAL: TextClause = text(
    """
    select e.at, e.kind, e.amount, o.number, o.uuid
      from plugin_credit_limit.entry e join fondaco_api.order_v1 o on o.id = e.order_id
     where e.legal_entity_id = :entity order by e.id desc limit :most
    """
)


class Item(Struct, frozen=True):
    """A part of an exposure, in the account's currency; `erp`: the ERP told of it.

    `due_on` is None for what is not shipped, and where the ERP named no day.
    """

    entity: LegalEntityId
    document: str
    order_number: str
    order: UUID | None
    issued_on: date | None
    due_on: date | None
    amount: Decimal
    stage: Stage
    erp: bool

    def late(self, today: date) -> int:
        """For how many days it is overdue; 0: it is not."""
        if self.stage is not Stage.SHIPPED or self.due_on is None:
            return 0
        return max((today - self.due_on).days, 0)


class Entry(Struct, frozen=True):
    """A line of the journal; `at` is aware UTC."""

    at: datetime
    kind: str
    amount: Decimal
    number: str
    order: UUID


async def items_of(ask: Ask, entities: Sequence[LegalEntityId]) -> Sequence[Item]:
    """All that these accounts consist of, by the day on which it is due. One statement.

    Sums are made of it, so nothing is left out: an account has what is open, which the ERP tells by
    at most some thousands. Whoever asks names entities of the actor's scope.
    """
    asked = {"entities": list(entities), "zone": ask.zone.key}
    return [
        Item(entity, document, number, order, issued, due, amount, Stage(stage), erp)
        for entity, document, number, order, issued, due, amount, stage, erp in await ask.fetch(
            _ITEMS, asked
        )
    ]


async def journal_of(ask: Ask, entity: LegalEntityId, most: int = 100) -> Sequence[Entry]:
    """The newest entries of an account."""
    return [Entry(*row) for row in await ask.fetch(_JOURNAL, {"entity": entity, "most": most})]


AGES = (("1_7", 7), ("8_30", 30), ("31_60", 60), ("61_90", 90), ("older", None))
"""Names of the ages of overdue debts, with the last day of each."""


def by_stage(items: Sequence[Item], today: date) -> Mapping[str, Decimal]:
    """Sums of what is reserved, ordered, shipped and not yet due, and overdue."""
    sums = dict.fromkeys((*Stage, "overdue"), Decimal(0))
    for item in items:
        sums["overdue" if item.late(today) else item.stage] += item.amount
    return {str(name): amount for name, amount in sums.items()}


def by_age(items: Sequence[Item], today: date) -> Mapping[str, Decimal]:
    """Overdue debts by how late they are."""
    sums = {name: Decimal(0) for name, _ in AGES}
    for item in items:
        if days := item.late(today):
            name = next(name for name, last in AGES if last is None or days <= last)
            sums[name] += item.amount
    return sums


class PaymentDay(Struct, frozen=True):
    """What is to be paid on a day, and what will be owed after it; `late`: the day has passed."""

    day: date
    amount: Decimal
    after: Decimal
    late: bool
    items: tuple[Item, ...]


def calendar_of(items: Sequence[Item], today: date) -> Sequence[PaymentDay]:
    """The days of payment in their order, with the exposure as each is kept."""
    left = sum((item.amount for item in items), Decimal(0))
    days: dict[date, list[Item]] = {}
    for item in items:
        if item.stage is Stage.SHIPPED and item.due_on is not None:
            days.setdefault(item.due_on, []).append(item)
    found = []
    for day in sorted(days):
        amount = sum((item.amount for item in days[day]), Decimal(0))
        left -= amount
        found.append(PaymentDay(day, amount, left, day < today, tuple(days[day])))
    return found
