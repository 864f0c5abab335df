"""Balances of points from the ERP: each record says how many a customer had at a moment."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, DateTime, bindparam, text

from fondaco_loyalty.holders import SAID_AGAIN, Client, Clients, clients_of
from fondaco_loyalty.ledger import MOST, Account, Entry, Owner, credit, opened, withdrawal
from fondaco_loyalty.merging import BESIDE_MERGES
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.status import KOPECK
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason

# What the journal says of the moment, and of which moment the last balance was told.
_AS_OF = text(
    """
    select q.account_id,
           coalesce(sum(e.amount) filter (
               where e.counted_at <= coalesce(q.moment, clock_timestamp())), 0),
           max(e.counted_at) filter (where e.kind = 'import')
      from unnest(:accounts, :moments) as q(account_id, moment)
      left join plugin_loyalty.points e on e.account_id = q.account_id
     group by q.account_id
    """
).bindparams(
    bindparam("accounts", type_=ARRAY(BigInteger)),
    bindparam("moments", type_=ARRAY(DateTime(timezone=True))),
)


class BalanceRecord(Struct, frozen=True):
    """How many points a customer has, by the ERP's id of the company, by tax id, or by both.

    `at` is the moment for which that is true, aware; without it, now. What was earned and spent
    here since then stays. `expires_on` is the last day of what the record adds, by default as many
    days ahead as the settings give to earned points.
    """

    points: Decimal
    company: str = ""
    tax_id: str = ""
    at: datetime | None = None
    expires_on: date | None = None


class Asked(Struct, frozen=True):
    """A record that fits, with its place among the others and whose it is."""

    place: int
    record: BalanceRecord
    client: Client

    @property
    def name(self) -> str:
        return self.record.tax_id or self.record.company


async def take_balances(act: Act, records: Sequence[BalanceRecord]) -> Report:
    """Bring the accounts to what the ERP says. At most eight statements for any number of records.

    The journal takes the difference at the moment of the record: told again, it changes nothing.
    """
    await act.execute(BESIDE_MERGES)
    clients = await clients_of(act, [(record.company, record.tax_id) for record in records])
    asked, unmatched = checked(act, records, clients)
    if asked:
        unmatched += await _bring(act, asked)
    unmatched.sort(key=lambda found: found.record)
    return Report(len(records) - len(unmatched), tuple(unmatched))


def checked(
    ask: Ask, records: Sequence[BalanceRecord], clients: Clients
) -> tuple[dict[str, Asked], list[Unmatched]]:
    """What is asked for each holder, and which records cannot be taken whatever the journal has."""
    unmatched: list[Unmatched] = []
    asked: dict[str, Asked] = {}
    for place, record in enumerate(records):
        client = clients.find(record.company, record.tax_id)
        refusal = client if isinstance(client, Reason) else _misfit(ask, record)
        if isinstance(client, Reason) or refusal is not None:
            assert refusal is not None
            unmatched.append(Unmatched(place, record.tax_id or record.company, refusal))
            continue
        before = asked.get(client.holder)
        if before is not None:
            unmatched.append(Unmatched(before.place, before.name, SAID_AGAIN))
        asked[client.holder] = Asked(place, record, client)
    return asked, unmatched


async def _bring(act: Act, asked: Mapping[str, Asked]) -> Sequence[Unmatched]:
    owners = [Owner(one.client.company_id, one.client.legal_entity_id) for one in asked.values()]
    accounts = await opened(act, owners)
    rows = await act.fetch(
        _AS_OF,
        {
            "accounts": [accounts[holder].id for holder in asked],
            "moments": [one.record.at for one in asked.values()],
        },
    )
    as_of = {account: (had, last) for account, had, last in rows}
    entries: list[Entry] = []
    stale: list[Unmatched] = []
    for holder, one in asked.items():
        account = accounts[holder]
        had, last = as_of[account.id]
        if last is not None and one.record.at is not None and one.record.at < last:
            stale.append(Unmatched(one.place, one.name, STALE))
        elif difference := one.record.points - had:
            entries.append(_entry(act, account, one, difference))
    await credit(act, list(accounts.values()), entries)
    return stale


def _entry(act: Act, account: Account, one: Asked, difference: Decimal) -> Entry:
    """More points are a lot; fewer are taken from the oldest, and owed where they are spent."""
    days = act.settings(LoyaltySettings).points_days
    amount, owed, takes = (
        withdrawal(account, -difference) if difference < 0 else (difference, Decimal(0), ())
    )
    default = act.now.astimezone(act.zone).date() + timedelta(days=days)
    return Entry(
        account_id=account.id,
        company_id=one.client.company_id,
        kind="import",
        amount=amount,
        owed=owed,
        takes=takes,
        expires_on=(one.record.expires_on or default) if difference > 0 else None,
        counted_at=one.record.at,
    )


def _misfit(ask: Ask, record: BalanceRecord) -> Reason | None:
    """What is wrong with a record, whoever it is of."""
    points = record.points
    if not points.is_finite() or not 0 <= points <= MOST or points != points.quantize(KOPECK):
        return _POINTS
    if record.at is not None and (record.at.tzinfo is None or record.at > ask.now):
        return _MOMENT
    if record.expires_on is not None and record.expires_on < ask.now.astimezone(ask.zone).date():
        return _EXPIRED
    return None


_POINTS = Reason(
    "loyalty.points_amount",
    "Бонусы — число от 0, не более двух знаков после запятой",
    "Points are a number from 0, with at most two decimals",
)
_MOMENT = Reason(
    "loyalty.points_moment",
    "Момент остатка должен быть в прошлом и с часовым поясом",
    "The moment of the balance must be past and have a time zone",
)
_EXPIRED = Reason("loyalty.points_expired", "Этот срок уже прошёл", "This day has passed already")
STALE = Reason(
    "loyalty.points_stale",
    "Остаток на более поздний момент уже учтён",
    "A balance of a later moment is in the journal already",
)
