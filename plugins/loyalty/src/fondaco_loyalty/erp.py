"""Turnover from the ERP: each record says what a document weighs, as often as it likes."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct
from sqlalchemy import ARRAY, Select, Text, TextClause, any_, bindparam, select, text

from fondaco_loyalty.status import MOST
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.views import company_v1

NOBODY = 0
_CURRENCY = re.compile(r"[A-Z]{3}")


class TurnoverRecord(Struct, frozen=True):
    """What a document of the ERP adds to a company's turnover; VAT included.

    `company` and `document` are ids of the ERP, `number` is the document's number as people know
    it. The last word on a document counts: the journal takes the difference. A negative amount is a
    return. `currency` empty: the site's.
    """

    company: str
    document: str
    amount: Decimal
    date: date
    currency: str = ""
    number: str = ""


class Entry(Struct, frozen=True):
    """A line to add to the journal."""

    company_id: int
    counted_on: date
    amount: Decimal
    currency: str
    document: str
    revision: int
    label: str


class Known(Struct, frozen=True):
    """What the journal has of a document."""

    company_id: int
    counted_on: date
    amount: Decimal
    currency: str
    revision: int


Decided: TypeAlias = tuple[Sequence[Entry], Sequence[Unmatched]]

COMPANIES: Select[tuple[str, int]] = select(company_v1.c.external_id, company_v1.c.id).where(
    company_v1.c.external_id == any_(bindparam("ids", type_=ARRAY(Text)))
)
KNOWN: TextClause = text(
    """
    select document, min(company_id), min(counted_on), sum(amount), min(currency), max(revision)
      from plugin_loyalty.turnover
     where kind = 'erp' and document = any(cast(:documents as text[]))
     group by document
    """
)
ADD: TextClause = text(
    """
    insert into plugin_loyalty.turnover
           (kind, company_id, counted_on, amount, currency, document, revision, label)
    select 'erp', *
      from unnest(cast(:companies as bigint[]), cast(:days as date[]), cast(:amounts as numeric[]),
                  cast(:currencies as text[]), cast(:documents as text[]),
                  cast(:revisions as int[]), cast(:labels as text[]))
    """
)


async def take_turnover(act: Act, records: Sequence[TurnoverRecord]) -> Report:
    """Add what the journal does not know yet. Three statements, whatever the number of records."""
    found = await act.fetch(COMPANIES, {"ids": [record.company for record in records]})
    companies = {row.external_id: int(row.id) for row in found}
    known = {
        document: Known(*rest)
        for document, *rest in await act.fetch(
            KNOWN, {"documents": [record.document for record in records]}
        )
    }
    entries, unmatched = decide(records, companies, known, act.currency)
    if entries:
        await act.execute(
            ADD,
            {
                "companies": [e.company_id for e in entries],
                "days": [e.counted_on for e in entries],
                "amounts": [e.amount for e in entries],
                "currencies": [e.currency for e in entries],
                "documents": [e.document for e in entries],
                "revisions": [e.revision for e in entries],
                "labels": [e.label for e in entries],
            },
        )
    return Report(len(records) - len(unmatched), tuple(unmatched))


def decide(
    records: Sequence[TurnoverRecord],
    companies: Mapping[str, int],
    known: Mapping[str, Known],
    home: str,
) -> Decided:
    """What to add for `records`, in their order, and which of them cannot be taken."""
    book = dict(known)
    entries: list[Entry] = []
    unmatched: list[Unmatched] = []
    for place, record in enumerate(records):
        currency = record.currency or home
        company_id = companies.get(record.company, NOBODY)
        before = book.get(record.document)
        refusal = _refusal(record, currency, company_id, before)
        if refusal is not None:
            unmatched.append(Unmatched(place, record.number or record.document, refusal))
            continue
        amount = round_money(record.amount, currency)
        if before is None:
            now = Known(company_id, record.date, amount, currency, 1)
            difference = amount
        else:
            now = Known(company_id, before.counted_on, amount, currency, before.revision + 1)
            difference = amount - before.amount
        if before is not None and not difference:
            continue
        book[record.document] = now
        entries.append(
            Entry(
                company_id,
                now.counted_on,
                difference,
                currency,
                record.document,
                now.revision,
                record.number or record.document,
            )
        )
    return entries, unmatched


def _refusal(
    record: TurnoverRecord, currency: str, company_id: int, before: Known | None
) -> Reason | None:
    """Why a record cannot be taken, or None."""
    if not record.document:
        return Reason(
            "loyalty.document_empty",
            "У записи нет кода документа, повтор не отличить от нового",
            "The record names no document, so a repetition cannot be told from a new one",
        )
    if not record.amount.is_finite() or abs(record.amount) > MOST:
        return Reason(
            "loyalty.amount", "Сумма не число или слишком велика", "Not an amount, or too large"
        )
    if not _CURRENCY.fullmatch(currency):
        return Reason(
            "loyalty.currency",
            f"«{currency}» не код валюты ISO 4217",
            f"“{currency}” is not an ISO 4217 currency code",
        )
    if company_id == NOBODY:
        return Reason(
            "loyalty.company_unknown",
            f"Компании с кодом учётной системы «{record.company}» на портале нет",
            f"The portal has no company with the ERP's id “{record.company}”",
        )
    if before is not None and (before.company_id, before.currency) != (company_id, currency):
        return Reason(
            "loyalty.document_moved",
            "Документ уже учтён у другой компании или в другой валюте: сторнируйте его там"
            " нулевой суммой и передайте под новым кодом",
            "The document is counted for another company or in another currency: send it there with"
            " zero, and here under a new id",
        )
    return None
