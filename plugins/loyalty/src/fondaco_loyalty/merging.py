"""When companies are merged, what the one has stands with the other: turnover, status, points."""

from decimal import Decimal

from sqlalchemy import BigInteger, bindparam, text

from fondaco_loyalty.ledger import Account, Entry, Owner, credit, opened
from fondaco_loyalty.lots import Take
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_sdk.context import Act
from fondaco_sdk.events import CompaniesMergedV1
from fondaco_sdk.types.ids import CompanyId

_ROOM = "plugin_loyalty:moving"
# Whoever writes for a company that may just be merging comes wholly before or after it is moved.
BESIDE_MERGES = text("select pg_advisory_xact_lock_shared(hashtextextended(:room, 0))").bindparams(
    room=_ROOM
)
_ALONE = text("select pg_advisory_xact_lock(hashtextextended(:room, 0))").bindparams(room=_ROOM)
_PAIR = (bindparam("company", type_=BigInteger), bindparam("into", type_=BigInteger))
# Mergers arrive in lanes by the company that stays: of two in a row the later may come first.
_NOTE = text(
    """
    insert into plugin_loyalty.merger (company_id, into_company_id)
    select :company, coalesce((select m.into_company_id from plugin_loyalty.merger m
                                where m.company_id = :into), :into)
        on conflict do nothing
    returning into_company_id
    """
).bindparams(*_PAIR)
_FOLLOW = text(
    "update plugin_loyalty.merger set into_company_id = :into where into_company_id = :company"
).bindparams(*_PAIR)
# On the day of the first entry, as everything a document weighs; the one that stays comes last.
_MOVE_TURNOVER = text(
    """
    insert into plugin_loyalty.turnover
           (company_id, legal_entity_id, counted_on, amount, currency, kind, document, revision,
            label, order_uuid)
    select to_.company_id, h.legal_entity_id, h.counted_on, to_.sign * h.amount, h.currency,
           'merge', h.document, h.revision, h.label, h.order_uuid
      from (select legal_entity_id, counted_on, sum(amount) as amount, currency, document,
                   max(revision) as revision, max(label) as label, order_uuid
              from plugin_loyalty.turnover
             where company_id = :company
             group by legal_entity_id, counted_on, currency, document, order_uuid
            having sum(amount) <> 0) h
     cross join (values (cast(:company as bigint), -1), (cast(:into as bigint), 1))
           as to_(company_id, sign)
     order by to_.sign, h.counted_on, h.document
    """
).bindparams(*_PAIR)
# The higher of two assigned statuses stays.
_MOVE_STATUS = text(
    """
    with gone as (
        update plugin_loyalty.assignment set ended_at = now()
         where holder = 'company:' || :company and ended_at is null
        returning *
    )
    insert into plugin_loyalty.assignment
           (uuid, holder, company_id, tier_id, valid_from, valid_to, source, reason, user_id)
    select gen_random_uuid(), 'company:' || :into, :into, g.tier_id, g.valid_from, g.valid_to,
           g.source, g.reason, g.user_id
      from gone g join plugin_loyalty.tier t on t.id = g.tier_id
     where t.threshold > coalesce((
           select max(o.threshold) from plugin_loyalty.assignment n
             join plugin_loyalty.tier o on o.id = n.tier_id
            where n.holder = 'company:' || :into and n.ended_at is null
              and (n.valid_to is null or n.valid_to >= cast(now() as date))), -1)
     order by g.id
    """
).bindparams(*_PAIR)
_MOVE_WISHES = text(
    """
    update plugin_loyalty.cart_points p set company_id = :into
     where p.company_id = :company
       and not exists (select from plugin_loyalty.cart_points o
                        where o.company_id = :into and o.user_id = p.user_id)
    """
).bindparams(*_PAIR)
_DROP_WISHES = text("delete from plugin_loyalty.cart_points where company_id = :company")
_HAS_POINTS = text(
    "select 1 from plugin_loyalty.points_account"
    " where holder = 'company:' || :company and (balance > 0 or debt > 0)"
).bindparams(bindparam("company", type_=BigInteger))


async def follow_merge(act: Act, event: CompaniesMergedV1) -> None:
    """Move everything by entries that cancel each other out; told twice, it moves once.

    Constant statements. Where legal entities stand by themselves, they keep status and points.
    """
    await act.execute(_ALONE)
    told = {"company": event.company_id, "into": event.into_company_id}
    noted = await act.fetch(_NOTE, told)
    if not noted:
        return
    into = CompanyId(noted[0].into_company_id)
    pair = {"company": event.company_id, "into": into}
    for statement in (_FOLLOW, _MOVE_TURNOVER, _MOVE_WISHES):
        await act.execute(statement, pair)
    await act.execute(_DROP_WISHES, {"company": event.company_id})
    if act.settings(LoyaltySettings).by == "company":
        await act.execute(_MOVE_STATUS, pair)
        await _move_points(act, event.company_id, into)


async def _move_points(act: Act, company: CompanyId, into: CompanyId) -> None:
    """Points keep the day they expire; a debt is paid where it has come to."""
    if not await act.fetch(_HAS_POINTS, {"company": company}):
        return
    accounts = await opened(act, [Owner(company), Owner(into)])
    source, target = accounts[f"company:{company}"], accounts[f"company:{into}"]
    if source.available or source.debt:
        moved = [_leaving(source, company), *_arriving(source, target, into)]
        await credit(act, [target], moved)


def _leaving(source: Account, company: CompanyId) -> Entry:
    return Entry(
        account_id=source.id,
        company_id=company,
        kind="merge",
        amount=-source.available,
        owed=-source.debt,
        takes=tuple(Take(lot.id, lot.left) for lot in source.lots),
    )


def _arriving(source: Account, target: Account, into: CompanyId) -> list[Entry]:
    debt = Entry(account_id=target.id, company_id=into, kind="merge", owed=source.debt)
    lots = [
        Entry(
            account_id=target.id,
            company_id=into,
            kind="merge",
            amount=lot.left,
            expires_on=lot.expires_on,
        )
        for lot in source.lots
    ]
    return [*([debt] if source.debt > Decimal(0) else []), *lots]
