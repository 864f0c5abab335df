"""The document registry: issue, find, and hand out within a scope. A task renders (`rendering`)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import TextClause, insert, text
from uuid_utils.compat import uuid7

from fondaco.documents.content import (
    Contact,
    Line,
    Origin,
    Quote,
    saving_of,
    total_of,
    vat_totals_of,
)
from fondaco.documents.parties import Parties, read_parties
from fondaco.documents.tables import document
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.numbers import next_number
from fondaco.orders.queries import scope_parameters
from fondaco.web.format import day as say_day
from fondaco_sdk.errors import Forbidden, NotFound
from fondaco_sdk.types.actor import Customer, Scope
from fondaco_sdk.types.cart import PricedCart, PricedCartLine
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.price import ORDER_STEP, PriceStep
from fondaco_sdk.types.reason import Reason

RENDER_TASK = "documents.render"
QUOTE_FORMATS = ("pdf", "xlsx")

FIND: TextClause = text(
    """
    select d.id, d.uuid, d.kind, d.number, d.issued_on, d.valid_until, d.format, d.state, d.error,
           d.created_at, f.sha256, f.media_type, o.uuid as order_uuid, o.number as order_number
      from fondaco.document d
      left join fondaco.file f on f.id = d.file_id
      left join fondaco.customer_order o on o.id = d.order_id
     where d.uuid = :uuid
       and (cast(:everything as boolean) or d.company_id = cast(:company as bigint))
    """
)
OF_ORDER: TextClause = text(
    """
    select d.uuid, d.kind, d.number, d.issued_on, d.valid_until, d.format, d.state
      from fondaco.document d
     where d.order_id = :order
       and (cast(:everything as boolean) or d.company_id = cast(:company as bigint))
     order by d.id
    """
)


class RenderDocument(Struct, frozen=True):
    """The payload of the task that renders a document."""

    document_id: int


class InvoiceContent(Struct, frozen=True):
    """What an invoice freezes when it is issued; its lines are frozen with the order."""

    parties: Parties


class QuoteContent(Struct, frozen=True):
    """A quote freezes everything: there is no order behind it."""

    parties: Parties
    quote: Quote


class DocumentRow(Struct, frozen=True):
    """A document of the registry as pages list it."""

    uuid: UUID
    kind: str
    number: str
    issued_on: date
    valid_until: date | None
    format: str
    state: Literal["waiting", "ready", "failed"]


class FoundDocument(Struct, frozen=True):
    """A document and, once rendered, the digest of its file. `created_at` is aware UTC."""

    id: int
    row: DocumentRow
    error: str
    created_at: datetime
    digest: bytes | None
    media_type: str
    order_uuid: UUID | None
    order_number: str

    @property
    def filename(self) -> str:
        """A name for the download."""
        return f"{self.row.kind}-{self.row.number}.{self.row.format}"


async def issue_invoice(act: ActContext, order_id: OrderId) -> UUID:
    """Register the order's invoice in the order's transaction; it is rendered after the commit."""
    customer = _customer(act)
    today = _today(act)
    content = InvoiceContent(await read_parties(act, customer))
    number = await next_number(act, customer.seller_id, "invoice")
    valid_until = today + timedelta(days=act.hall.settings.orders.invoice_days)
    return await _register(act, "invoice", number, today, valid_until, "pdf", content, order_id)


async def issue_quote(
    act: ActContext, cart: PricedCart, formats: Sequence[str] = QUOTE_FORMATS
) -> Sequence[UUID]:
    """Register a quote over a cart, one document per format under one number, all of one content.

    Lines without a price are left out, since a quote must not promise what has no price.
    """
    customer = _customer(act)
    today = _today(act)
    parties = await read_parties(act, customer)
    number = await next_number(act, customer.seller_id, "quote")
    valid_until = today + timedelta(days=act.hall.settings.orders.quote_days)
    priced = [found for found in _offered(cart) if found[1].price.unit_price is not None]
    currency = cart.quote.currency
    lines = tuple(
        replace(_quote_line(i, line, currency, act.locale, today), group=group)
        for i, (group, line) in enumerate(priced, 1)
    )
    quote = Quote(
        number=number,
        date=today,
        valid_until=valid_until,
        seller=parties.seller,
        buyer=parties.buyer,
        manager=parties.manager or Contact(name=""),
        lines=lines,
        total=total_of(lines),
        vat_totals=vat_totals_of(lines),
        saving=saving_of(lines),
        currency=cart.quote.currency,
        payment_terms=parties.payment_terms,
    )
    content = QuoteContent(parties, quote)
    return [
        await _register(act, "quote", number, today, valid_until, kind, content, None)
        for kind in formats
    ]


async def find_document(ask: AskContext, uuid: UUID, scope: Scope) -> FoundDocument:
    """One document. Raises `NotFound`, also for another company's."""
    rows = await ask.fetch(FIND, {"uuid": uuid, **scope_parameters(scope)})
    if not rows:
        raise NotFound(
            Reason("document.absent", "Такого документа нет", "There is no such document")
        )
    row = rows[0]
    return FoundDocument(
        row.id,
        DocumentRow(
            row.uuid, row.kind, row.number, row.issued_on, row.valid_until, row.format, row.state
        ),
        row.error,
        row.created_at,
        row.sha256,
        row.media_type or "",
        row.order_uuid,
        row.order_number or "",
    )


async def documents_of_order(
    ask: AskContext, order_id: OrderId, scope: Scope
) -> Sequence[DocumentRow]:
    """The documents of an order, in the order of their issue."""
    rows = await ask.fetch(OF_ORDER, {"order": order_id, **scope_parameters(scope)})
    return tuple(DocumentRow(*row) for row in rows)


async def _register(
    act: ActContext,
    kind: str,
    number: str,
    issued_on: date,
    valid_until: date,
    format_: str,
    content: Struct,
    order_id: OrderId | None,
) -> UUID:
    uuid = uuid7()
    rows = await act.fetch(
        insert(document)
        .values(
            uuid=uuid,
            kind=kind,
            number=number,
            issued_on=issued_on,
            valid_until=valid_until,
            company_id=_customer(act).company_id,
            order_id=order_id,
            format=format_,
            locale=act.locale,
            content=_plain(content),
        )
        .returning(document.c.id)
    )
    await act.enqueue(RENDER_TASK, RenderDocument(rows[0].id), key=str(uuid))
    return uuid


def _plain(content: Struct) -> Any:
    return msgspec.json.decode(msgspec.json.encode(content))


def _offered(cart: PricedCart) -> Sequence[tuple[str, PricedCartLine]]:
    """The lines, of a cart that is wholly shared out those of every outlet, under its name."""
    if not cart.dealt_out or any(line.unshared for line in cart.lines):
        return [("", line) for line in cart.lines]
    named = [(line.shares[0].part.name, line) for ln in cart.consigned().values() for line in ln]
    return sorted(named, key=lambda found: found[0])


def _quote_line(number: int, line: PricedCartLine, currency: str, locale: str, today: date) -> Line:
    price = line.price
    assert price.unit_price is not None
    assert price.total is not None
    promised = line.promised
    unit_price = price_paid(price.unit_price, line.quantity, price.total, currency)
    return Line(
        number=number,
        sku=line.product.sku,
        name=line.product.name,
        unit=line.product.unit.name,
        quantity=line.quantity,
        price=unit_price,
        total=price.total,
        vat_rate=vat_text(price.vat, price.vat_rate),
        vat_amount=price.vat_amount,
        list_price=price.list_price,
        discount_percent=_discount(price.list_price, unit_price),
        promised=say_day(promised, locale, today) if promised else "",
        origins=origins_of(price.steps, currency, locale),
        replaced=(line.replaced.sku or line.replaced.name) if line.replaced else "",
    )


def origins_of(steps: Sequence[PriceStep], currency: str, locale: str) -> tuple[Origin, ...]:
    """The steps that made a price, in words; what did not apply is left out."""
    return tuple(_origin(step, currency, locale) for step in steps if step.applied)


def _origin(step: PriceStep, currency: str, locale: str) -> Origin:
    text, before, after = step.reason.text(locale), step.before, step.after or Decimal(0)
    if step.stage == ORDER_STEP:
        return Origin(text, off_sum=(before or Decimal(0)) - after)
    return Origin(text, unit_price=round_money(after, currency))


def price_paid(unit_price: Decimal, quantity: Decimal, total: Decimal, currency: str) -> Decimal:
    """The price of a unit, with its share of what was taken off the order; the sum counts."""
    if total == round_money(unit_price * quantity, currency):
        return unit_price
    return round_money(total / quantity, currency)


def vat_text(code: str, rate: Decimal) -> str:
    """The rate as documents name it: "22", or "novat"."""
    return code if code == "novat" else f"{rate.normalize():f}"


def _discount(listed: Decimal | None, price: Decimal) -> Decimal | None:
    if listed is None or listed <= price:
        return None
    return ((listed - price) * 100 / listed).quantize(Decimal("0.1"))


def _customer(act: ActContext) -> Customer:
    if act.customer is None:
        raise Forbidden(
            Reason(
                "document.no_customer",
                "Документы выписываются на юрлицо с договором",
                "Documents are issued to a legal entity under an agreement",
            )
        )
    return act.customer


def _today(ask: AskContext) -> date:
    now: datetime = ask.now
    return now.astimezone(ask.zone).date()
