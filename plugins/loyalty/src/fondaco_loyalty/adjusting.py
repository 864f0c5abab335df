"""A person adds points or takes some away, with a reason that the customer sees."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Uuid, bindparam, text

from fondaco_loyalty.ledger import MOST, Entry, Owner, credit, opened, withdrawal, write
from fondaco_loyalty.merging import BESIDE_MERGES
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.status import KOPECK
from fondaco_sdk.context import Act
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.ids import CompanyId, LegalEntityId
from fondaco_sdk.types.reason import Reason

_KNOWN = text("select 1 from plugin_loyalty.points where uuid = :key").bindparams(
    bindparam("key", type_=Uuid)
)


class Adjustment(Struct, frozen=True, kw_only=True):
    """So many points more, or with a minus fewer. `key` is that of the form: sent twice, once."""

    key: UUID
    amount: Decimal
    expires_on: date | None
    reason: str


async def adjust(
    act: Act, company_id: CompanyId, entity: LegalEntityId | None, wanted: Adjustment
) -> None:
    """Write it. Raises `UserError` with its field where it takes more than there is."""
    await act.execute(BESIDE_MERGES)
    (account,) = (await opened(act, [Owner(company_id, entity)])).values()
    if await act.fetch(_KNOWN, {"key": wanted.key}):
        return
    entry = Entry(
        uuid=wanted.key,
        account_id=account.id,
        company_id=company_id,
        kind="adjust",
        amount=wanted.amount,
        reason=wanted.reason,
        user_id=act.actor.user_id,
    )
    if wanted.amount > 0:
        days = act.settings(LoyaltySettings).points_days
        default = act.now.astimezone(act.zone).date() + timedelta(days=days)
        dated = replace(entry, expires_on=wanted.expires_on or default)
        await credit(act, [account], [dated])
    else:
        _, missing, takes = withdrawal(account, -wanted.amount)
        if missing:
            raise UserError(_MISSING, {"amount": _MISSING})
        await write(act, [replace(entry, takes=takes)])
    await act.audit("loyalty.points.adjust", f"company:{company_id}", account.balance, wanted)


def misfits_of(wanted: Adjustment, today: date) -> dict[str, Reason]:
    """What is wrong with an adjustment, by field; empty when nothing is."""
    found: dict[str, Reason] = {}
    amount = wanted.amount
    if not amount or abs(amount) > MOST or amount != amount.quantize(KOPECK):
        found["amount"] = _AMOUNT
    if wanted.expires_on is not None and wanted.expires_on < today:
        found["expires_on"] = _PAST
    return found


_AMOUNT = Reason(
    "loyalty.adjust_amount",
    "Введите число: сколько добавить, или со знаком минус, сколько списать",
    "Type a number: how many to add, or with a minus how many to take",
)
_PAST = Reason("loyalty.adjust_past", "Этот день уже прошёл", "This day has passed already")
_MISSING = Reason(
    "loyalty.adjust_missing",
    "Столько бонусов у клиента нет",
    "The customer has not got so many points",
)
