"""The journal of points: accounts under a lock, entries that are only added, lots behind them.

accounts = await opened(act, [Owner(company_id, entity_id)])     # locked until the end
await credit(act, accounts, [Entry(...)])                        # debts are paid at once

`balance` of an account is the sum of its entries, `debt` that of what they owe; neither is ever
below zero. The rows of accounts are the locks: whoever writes entries holds them.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from uuid import UUID, uuid4

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    DateTime,
    Numeric,
    SmallInteger,
    Text,
    TextClause,
    Uuid,
    bindparam,
    text,
)

from fondaco_loyalty.holders import per_holder
from fondaco_loyalty.lots import Lot, Take, oldest_first
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_sdk.context import Act
from fondaco_sdk.types.ids import CompanyId, LegalEntityId

Kind: TypeAlias = Literal[
    "earn", "spend", "return", "take_back", "repay", "expire", "import", "adjust", "merge"
]

# The database's clock decides what has expired, the site's zone when its day ends.
TODAY = "cast(now() at time zone :zone as date)"
MOST = Decimal("9999999999999.99")

# Several at once are locked in the order of their holders, so nobody waits in a circle.
OPEN = per_holder(
    """
    insert into plugin_loyalty.points_account (holder, company_id)
    select distinct on (holder) *
      from (select {holder} as holder, q.company_id
              from (select a.company_id, coalesce(a.entity_id, {first}) as entity_id
                      from unnest(cast(:companies as bigint[]), cast(:entities as bigint[]))
                           as a(company_id, entity_id)) q) named
     where holder is not null
     order by holder
        on conflict (holder) do update set holder = excluded.holder
    returning id, holder, balance, debt
    """
)
LOTS: TextClause = text(
    f"""
    select p.account_id, p.lot_id, sum(p.amount), l.expires_on, l.order_uuid
      from plugin_loyalty.points_part p
      join plugin_loyalty.points l on l.id = p.lot_id
     where p.account_id = any(cast(:accounts as bigint[]))
       and (l.expires_on is null or l.expires_on >= {TODAY})
     group by p.account_id, p.lot_id, l.expires_on, l.order_uuid
    having sum(p.amount) > 0
    """
)
_COLUMNS: Mapping[str, Any] = {
    "uuid": Uuid(),
    "account_id": BigInteger(),
    "company_id": BigInteger(),
    "kind": Text(),
    "amount": Numeric(15, 2),
    "owed": Numeric(15, 2),
    "expires_on": Date(),
    "order_uuid": Uuid(),
    "part": SmallInteger(),
    "label": Text(),
    "reason": Text(),
    "user_id": BigInteger(),
    "counted_at": DateTime(timezone=True),
}
_NAMES = ", ".join(_COLUMNS)
WRITE: TextClause = text(
    f"""
    with entry as (
        insert into plugin_loyalty.points ({_NAMES})
        select {_NAMES.replace("counted_at", "coalesce(counted_at, clock_timestamp())")}
          from unnest({", ".join(f":{name}" for name in _COLUMNS)}) as added ({_NAMES})
        returning id, uuid, account_id, amount, owed
    ), part as (
        insert into plugin_loyalty.points_part (entry_id, lot_id, account_id, amount)
        select id, id, account_id, amount from entry where amount > 0
        union all
        select e.id, t.lot, e.account_id, -t.amount
          from unnest(:of, :lots, :takes) as t(of, lot, amount)
          join entry e on e.uuid = t.of
    )
    update plugin_loyalty.points_account a
       set balance = a.balance + s.amount, debt = a.debt + s.owed
      from (select account_id, sum(amount) as amount, sum(owed) as owed
              from entry group by account_id) s
     where a.id = s.account_id
    """
).bindparams(
    *(bindparam(name, type_=ARRAY(kind)) for name, kind in _COLUMNS.items()),
    bindparam("of", type_=ARRAY(Uuid())),
    bindparam("lots", type_=ARRAY(BigInteger())),
    bindparam("takes", type_=ARRAY(Numeric(15, 2))),
)


class Owner(Struct, frozen=True):
    """Whose account is meant; without a legal entity that of the company's first."""

    company_id: CompanyId
    legal_entity_id: LegalEntityId | None = None


class Account(Struct, frozen=True):
    """An account as it is under our lock; `lots` are those that have not expired."""

    id: int
    holder: str
    balance: Decimal
    debt: Decimal
    lots: tuple[Lot, ...] = ()

    @property
    def available(self) -> Decimal:
        """What can be spent now."""
        return sum((lot.left for lot in self.lots), Decimal(0))


class Entry(Struct, frozen=True, kw_only=True):
    """An entry to write. With `amount` above zero it is a lot; below, `takes` say of which lots.

    `owed` is what it adds to the debt. `label` is the number of its order, "" where that is being
    placed and has none yet; `reason` what a person has said. `counted_at` is the moment for which a
    balance was told, None: now.
    """

    account_id: int
    company_id: CompanyId
    kind: Kind
    amount: Decimal = Decimal(0)
    owed: Decimal = Decimal(0)
    takes: tuple[Take, ...] = ()
    expires_on: date | None = None
    order_uuid: UUID | None = None
    part: int = 1
    label: str = ""
    reason: str = ""
    user_id: int | None = None
    counted_at: datetime | None = None
    uuid: UUID = field(default_factory=uuid4)


async def opened(act: Act, owners: Sequence[Owner]) -> Mapping[str, Account]:
    """The accounts of `owners` by their holders, made where there are none, and locked.

    Two statements, whatever the number of owners.
    """
    rows = await act.fetch(
        OPEN[act.settings(LoyaltySettings).by],
        {
            "companies": [owner.company_id for owner in owners],
            "entities": [owner.legal_entity_id for owner in owners],
        },
    )
    accounts = [Account(*row) for row in rows]
    return {account.holder: account for account in await with_lots(act, accounts)}


async def with_lots(act: Act, accounts: Sequence[Account]) -> Sequence[Account]:
    """Locked accounts with their lots as they are now. One statement."""
    lots: dict[int, list[Lot]] = {}
    parameters = {"accounts": [account.id for account in accounts], "zone": act.zone.key}
    for account, *lot in await act.fetch(LOTS, parameters):
        lots.setdefault(account, []).append(Lot(*lot))
    return [replace(account, lots=tuple(lots.get(account.id, ()))) for account in accounts]


async def write(act: Act, entries: Sequence[Entry]) -> None:
    """Add entries to locked accounts. One statement; none without entries."""
    if not entries:
        return
    takes = [(entry.uuid, take) for entry in entries for take in entry.takes]
    await act.execute(
        WRITE,
        {
            **{name: [getattr(entry, name) for entry in entries] for name in _COLUMNS},
            "of": [uuid for uuid, _ in takes],
            "lots": [take.lot for _, take in takes],
            "takes": [take.amount for _, take in takes],
        },
    )


async def credit(act: Act, accounts: Sequence[Account], entries: Sequence[Entry]) -> None:
    """Add entries to locked accounts, then pay what they owe. At most three statements."""
    await write(act, entries)
    owners = {entry.account_id: entry.company_id for entry in entries}
    owing = [
        account
        for account in (_after(account, entries) for account in accounts)
        if account.debt and account.id in owners
    ]
    if owing:
        owing = list(await with_lots(act, owing))
        await write(act, [entry for one in owing for entry in _repay(one, owners[one.id])])


def withdrawal(
    account: Account, amount: Decimal, *, order: UUID | None = None
) -> tuple[Decimal, Decimal, tuple[Take, ...]]:
    """What an entry has that takes `amount` back: its amount, what it owes, and of which lots.

    What the account has not got is owed.
    """
    taken = oldest_first(account.lots, amount, order=order)
    return -taken.amount, taken.missing, taken.takes


def _after(account: Account, entries: Sequence[Entry]) -> Account:
    """The account with the sums that the entries leave; its lots have to be read again."""
    own = [entry for entry in entries if entry.account_id == account.id]
    return replace(
        account,
        balance=account.balance + sum((entry.amount for entry in own), Decimal(0)),
        debt=account.debt + sum((entry.owed for entry in own), Decimal(0)),
    )


def _repay(account: Account, company_id: CompanyId) -> Sequence[Entry]:
    """What the account can pay of its debt."""
    taken = oldest_first(account.lots, account.debt)
    if not taken.takes:
        return ()
    return (
        Entry(
            account_id=account.id,
            company_id=company_id,
            kind="repay",
            amount=-taken.amount,
            owed=-taken.amount,
            takes=taken.takes,
        ),
    )
