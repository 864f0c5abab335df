"""What a customer has of points now, until when, and how much of it the cart is to use."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from msgspec import Struct

from fondaco_loyalty.holders import per_holder
from fondaco_loyalty.ledger import TODAY
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_sdk.context import Ask
from fondaco_sdk.types.ids import CompanyId, LegalEntityId

SOON = timedelta(days=30)

_BALANCE = per_holder(
    f"""
    select a.id is not null, coalesce(a.debt, 0), w.user_id is not null, w.most, s.expires_on,
           s.amount
      from {{asked}}
      left join plugin_loyalty.points_account a on a.holder = {{holder}}
      left join plugin_loyalty.cart_points w
        on w.company_id = q.company_id and w.user_id = cast(:user as bigint)
      left join lateral (
           select l.expires_on, sum(p.amount) as amount
             from plugin_loyalty.points_part p
             join plugin_loyalty.points l on l.id = p.lot_id
            where p.account_id = a.id and (l.expires_on is null or l.expires_on >= {TODAY})
            group by l.expires_on
           having sum(p.amount) > 0
           ) s on true
     order by s.expires_on nulls last
    """
)


class Dated(Struct, frozen=True):
    """Points that are good up to and with `expires_on`, None: for ever."""

    amount: Decimal
    expires_on: date | None


class Wish(Struct, frozen=True):
    """How many points the cart is to use; `most` None: as many as possible."""

    most: Decimal | None


class Balance(Struct, frozen=True):
    """Points of a customer, those that expire first at first. `known`: there have ever been any."""

    known: bool
    debt: Decimal
    wish: Wish | None
    dated: tuple[Dated, ...]

    @property
    def available(self) -> Decimal:
        """What can be spent now."""
        return sum((dated.amount for dated in self.dated), Decimal(0))

    def soon(self, today: date) -> Sequence[Dated]:
        """What expires within the next weeks."""
        return [d for d in self.dated if d.expires_on and d.expires_on <= today + SOON]

    def possible(self, total: Decimal, share: Decimal) -> Decimal:
        """How many points can pay for an order of `total`: whole ones, up to `share` percent."""
        most = min(self.available, total * share / 100)
        return max(most, Decimal(0)).to_integral_value(ROUND_FLOOR)

    def wanted(self, total: Decimal, share: Decimal) -> Decimal:
        """How many of the possible points the cart is to use."""
        if self.wish is None:
            return Decimal(0)
        possible = self.possible(total, share)
        return possible if self.wish.most is None else min(self.wish.most, possible)


async def balance_of(
    ask: Ask, company_id: CompanyId, legal_entity_id: LegalEntityId | None
) -> Balance:
    """The points of one customer, with the asker's wish for their cart. One statement."""
    rows = await ask.fetch(
        _BALANCE[ask.settings(LoyaltySettings).by],
        {
            "company": company_id,
            "entity": legal_entity_id,
            "user": ask.actor.user_id,
            "zone": ask.zone.key,
        },
    )
    known, debt, wished, most, *_ = rows[0]
    return Balance(
        known,
        debt,
        Wish(most) if wished else None,
        tuple(Dated(row.amount, row.expires_on) for row in rows if row.amount is not None),
    )
