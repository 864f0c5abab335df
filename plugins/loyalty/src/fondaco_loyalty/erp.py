"""Turnover from the ERP: each record says what a document weighs, as often as it likes."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_loyalty.holders import Client, Clients, clients_of
from fondaco_loyalty.merging import BESIDE_MERGES
from fondaco_loyalty.status import MOST
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.reason import Reason

_CURRENCY = re.compile(r"[A-Z]{3}")


class TurnoverRecord(Struct, frozen=True):
    """What a document of the ERP adds to a customer's turnover; VAT included.

    `company` and `document` are ids of the ERP, `number` is the document's number as people know
    it. `tax_id` says of which legal entity, and may stand instead of `company`. The last word on a
    document counts: the journal takes the difference. A negative amount is a return. `currency`
    empty: the site's.
    """

    document: str
    amount: Decimal
    date: date
    company: str = ""
    currency: str = ""
    number: str = ""
    tax_id: str = ""


class Entry(Struct, frozen=True):
    """A line to add to the journal."""

    client: Client
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

KNOWN: TextClause = text(
    """
    select t.document, (array_agg(coalesce(m.into_company_id, t.company_id) order by t.id desc))[1],
           min(t.counted_on), sum(t.amount), min(t.currency), max(t.revision)
      from plugin_loyalty.turnover t
      left join plugin_loyalty.merger m on m.company_id = t.company_id
     where t.order_uuid is null and t.document = any(cast(:documents as text[]))
     group by t.document
    """
)
ADD: TextClause = text(
    """
    insert into plugin_loyalty.turnover
           (kind, company_id, legal_entity_id, counted_on, amount, currency, document, revision,
            label)
    select 'erp', *
      from unnest(cast(:companies as bigint[]), cast(:entities as bigint[]), cast(:days as date[]),
                  cast(:amounts as numeric[]), cast(:currencies as text[]),
                  cast(:documents as text[]), cast(:revisions as int[]), cast(:labels as text[]))
    """
)


async def take_turnover(act: Act, records: Sequence[TurnoverRecord]) -> Report:
    """Add what the journal does not know yet. Four statements, whatever the number of records."""
    await act.execute(BESIDE_MERGES)
    clients = await clients_of(act, [(record.company, record.tax_id) for record in records])
    known = {
        document: Known(*rest)
        for document, *rest in await act.fetch(
            KNOWN, {"documents": [record.document for record in records]}
        )
    }
    entries, unmatched = decide(records, clients, known, act.currency)
    if entries:
        await act.execute(
            ADD,
            {
                "companies": [e.client.company_id for e in entries],
                "entities": [e.client.legal_entity_id for e in entries],
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
    clients: Clients,
    known: Mapping[str, Known],
    home: str,
) -> Decided:
    """What to add for `records`, in their order, and which of them cannot be taken."""
    book = dict(known)
    entries: list[Entry] = []
    unmatched: list[Unmatched] = []
    for place, record in enumerate(records):
        currency = record.currency or home
        before = book.get(record.document)
        client = _client(record, currency, clients, before)
        if isinstance(client, Reason):
            unmatched.append(Unmatched(place, record.number or record.document, client))
            continue
        amount = round_money(record.amount, currency)
        if before is None:
            now = Known(client.company_id, record.date, amount, currency, 1)
            difference = amount
        else:
            now = Known(client.company_id, before.counted_on, amount, currency, before.revision + 1)
            difference = amount - before.amount
        if before is not None and not difference:
            continue
        book[record.document] = now
        entries.append(
            Entry(
                client,
                now.counted_on,
                difference,
                currency,
                record.document,
                now.revision,
                record.number or record.document,
            )
        )
    return entries, unmatched


def _client(
    record: TurnoverRecord, currency: str, clients: Clients, before: Known | None
) -> Client | Reason:
    """Whose turnover a record is, or why it cannot be taken."""
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
    client = clients.find(record.company, record.tax_id)
    if isinstance(client, Reason):
        return client
    if before is not None and (before.company_id, before.currency) != (client.company_id, currency):
        return Reason(
            "loyalty.document_moved",
            "Документ уже учтён у другой компании или в другой валюте: сторнируйте его там"
            " нулевой суммой и передайте под новым кодом",
            "The document is counted for another company or in another currency: send it there with"
            " zero, and here under a new id",
        )
    return client
