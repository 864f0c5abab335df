"""A statement is taken: what came to our accounts is kept, each payment once."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from fondaco.hooks.context import ActContext
from fondaco.orders.bank import queries
from fondaco.orders.bank.exchange_file import BankDocument, Statement
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason

# The currency stands in the account: digits six to eight, the number of ISO 4217 (810 is the old
# one of the rouble, and still the one in accounts).
CURRENCIES = {
    "810": "RUB", "643": "RUB", "840": "USD", "978": "EUR", "156": "CNY", "933": "BYN",
    "398": "KZT",
}  # fmt: skip


async def take_statement(act: ActContext, name: str, statement: Statement) -> UUID:
    """Keep what came in; nothing is booked. Four statements, however many payments.

    Raises `UserError` where none of its accounts is ours.
    """
    own = {row.account: row.seller for row in await act.fetch(queries.OWN_ACCOUNTS)}
    if not own.keys() & {*statement.accounts, *(d.payee_account for d in statement.documents)}:
        raise _not_ours(statement.accounts)
    came = [d for d in statement.documents if d.received_on and d.payee_account in own]
    kept = [d for d in came if d.payer_account not in own]
    uuid = uuid7()
    values = {"uuid": uuid, "name": name, "user": act.actor.user_id}
    key = (await act.fetch(queries.INSERT_STATEMENT, values))[0].id
    new = await act.execute(queries.INSERT_PAYMENTS, {"statement": key, **_columns(kept, own)})
    facts = {
        "documents": len(statement.documents),
        "between_own": len(came) - len(kept),
        "known": len(kept) - new,
        "new": new,
        "accounts": _balances(statement, came, own),
    }
    await act.execute(queries.SET_FACTS, {"id": key, "facts": facts})
    counts = {"name": name, "new": new, "known": len(kept) - new}
    await act.audit("payment.statement.upload", f"statement:{uuid}", None, counts)
    return uuid


def key_of(document: BankDocument) -> str:
    """What makes it the same payment in every statement."""
    return "|".join(
        (
            document.payee_account,
            document.day.isoformat(),
            document.number,
            str(document.amount),
            document.payer_account,
        )
    )


def _columns(kept: Sequence[BankDocument], own: Mapping[str, int]) -> Mapping[str, Sequence[Any]]:
    for one in kept:
        if one.payee_account[5:8] not in CURRENCIES:
            raise _unknown_currency(one)
    return {
        "uuids": [uuid7() for _ in kept],
        "sellers": [own[d.payee_account] for d in kept],
        "keys": [key_of(d) for d in kept],
        "accounts": [d.payee_account for d in kept],
        "kinds": [d.kind for d in kept],
        "numbers": [d.number for d in kept],
        "days": [d.day for d in kept],
        "received": [d.received_on for d in kept],
        "amounts": [d.amount for d in kept],
        "currencies": [CURRENCIES[d.payee_account[5:8]] for d in kept],
        "payers": [d.payer for d in kept],
        "tax_ids": [d.payer_tax_id for d in kept],
        "payer_accounts": [d.payer_account for d in kept],
        "purposes": [d.purpose for d in kept],
    }


def _balances(
    statement: Statement, came: Sequence[BankDocument], own: Mapping[str, int]
) -> Sequence[Mapping[str, Any]]:
    """The accounts of a statement: whether their sums fit, and whether all that came is in it."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for document in came:
        found[document.payee_account] += document.amount
    told: dict[str, Decimal] = defaultdict(Decimal)
    silent = Counter(s.account for s in statement.sections if s.received is None)
    for section in statement.sections:
        told[section.account] += section.received or 0
    return [
        {
            "account": s.account,
            "ours": s.account in own,
            "opening": _text(s.opening),
            "received": _text(s.received),
            "spent": _text(s.spent),
            "closing": _text(s.closing),
            "adds_up": s.adds_up,
            "found": str(found[s.account]),
            "whole": None if silent[s.account] else told[s.account] == found[s.account],
        }
        for s in statement.sections
    ]


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _not_ours(accounts: Sequence[str]) -> UserError:
    named = ", ".join(accounts[:3]) or "—"
    return UserError(
        Reason(
            "bank.not_ours",
            f"Счёта из выписки ({named}) нет у ваших юрлиц: проверьте реквизиты продавца",
            f"The account of the statement ({named}) is none of your companies': check the bank"
            " details of the seller",
        )
    )


def _unknown_currency(document: BankDocument) -> UserError:
    return UserError(
        Reason(
            "bank.currency_unknown",
            f"Строка {document.line}: валюта счёта {document.payee_account} неизвестна",
            f"Line {document.line}: the currency of account {document.payee_account} is unknown",
        )
    )
