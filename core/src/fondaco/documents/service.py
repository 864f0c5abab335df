"""Issues what the acting customer's cart and order call for: quotes and invoices."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from msgspec.structs import replace

from fondaco.documents.model import InvoiceContent, QuoteContent
from fondaco.documents.parties import read_parties
from fondaco.documents.registry import Draft, in_language_of, register
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.numbers import next_number
from fondaco.web.format import day as say_day
from fondaco_sdk.errors import Forbidden
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.cart import PricedCart, PricedCartLine
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.paper import (
    Contact,
    Line,
    Origin,
    Quote,
    saving_of,
    total_of,
    vat_totals_of,
)
from fondaco_sdk.types.price import ORDER_STEP, PriceStep
from fondaco_sdk.types.reason import Reason

QUOTE_FORMATS = ("pdf", "xlsx")


async def issue_invoice(act: ActContext, order_id: OrderId, *, numbered: bool = True) -> UUID:
    """Register the order's invoice in the order's transaction; it is rendered after the commit.

    One that is not `numbered` here is given its number together with its order.
    """
    act = in_language_of(act, "invoice")
    customer = _customer(act)
    today = _today(act)
    content = InvoiceContent(await read_parties(act, customer.agreement_id, order_id))
    number = await next_number(act, customer.seller_id, "invoice") if numbered else ""
    valid_until = today + timedelta(days=act.hall.settings.orders.invoice_days)
    (uuid,) = await register(
        act,
        Draft(
            kind="invoice",
            number=number,
            issued_on=today,
            valid_until=valid_until,
            company_id=customer.company_id,
            legal_entity_id=customer.legal_entity_id,
            seller_id=customer.seller_id,
            order_id=order_id,
            content=content,
        ),
    )
    return uuid


async def issue_quote(
    act: ActContext, cart: PricedCart, formats: Sequence[str] = QUOTE_FORMATS
) -> Sequence[UUID]:
    """Register a quote over a cart, one document per format under one number, all of one content.

    Lines without a price are left out, since a quote must not promise what has no price.
    """
    act = in_language_of(act, "quote")
    customer = _customer(act)
    today = _today(act)
    parties = await read_parties(act, customer.agreement_id)
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
    return await register(
        act,
        Draft(
            kind="quote",
            number=number,
            issued_on=today,
            valid_until=valid_until,
            company_id=customer.company_id,
            legal_entity_id=customer.legal_entity_id,
            seller_id=customer.seller_id,
            content=QuoteContent(parties, quote),
            formats=formats,
        ),
    )


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
