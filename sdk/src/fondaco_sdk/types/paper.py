"""What a document says, as plain data: the kernel's registry fills these, a layout draws them.

Money is `Decimal` in the document's currency, rounded to the minor unit and including VAT.
Quantities are `Decimal` with up to three decimals. `date` is a calendar day of the seller. VAT
rates are the codes of the catalogue: "22", "10", "0", "novat" and so on. Texts are shown exactly
as given: nothing in them is ever read as markup.
"""

import datetime
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

NO_VAT = "novat"
KOPECK = Decimal("0.01")


class BankAccount(Struct, frozen=True, kw_only=True):
    """A settlement account: `account` and `correspondent` are 20 digits in Russia, `bic` nine."""

    account: str
    bank_name: str
    bic: str
    correspondent: str = ""
    city: str = ""


class Party(Struct, frozen=True, kw_only=True):
    """The seller or the buyer. `name` is the short one, `full_name` the one in the charter.

    `country` is ISO 3166 alpha-2 and decides what `tax_id` is called. `director` and `accountant`
    are names as they stand beside a signature ("Иванов И. И."). Who is no `vat_payer` has lines
    "novat".
    """

    name: str
    tax_id: str
    full_name: str = ""
    kpp: str = ""
    country: str = "RU"
    address: str = ""
    phone: str = ""
    bank: BankAccount | None = None
    director: str = ""
    accountant: str = ""
    ogrn: str = ""
    vat_payer: bool = True

    @property
    def sole_trader(self) -> bool:
        """Whether one person signs for everything: a Russian INN of twelve digits is a person's."""
        return self.country == "RU" and len(self.tax_id) == 12


class Contact(Struct, frozen=True, kw_only=True):
    """The manager who answers for a quote."""

    name: str
    position: str = ""
    phone: str = ""
    email: str = ""


class Origin(Struct, frozen=True):
    """One step on the way to a price, in the document's language.

    `unit_price` is what a unit costs after it; for what was taken off the order as a whole there is
    `off_sum` instead, the share of the line.
    """

    text: str
    unit_price: Decimal | None = None
    off_sum: Decimal | None = None


class Line(Struct, frozen=True, kw_only=True):
    """One row. `price` is per `unit` after discounts, `list_price` before them.

    `discount_percent` is 12.5 for 12.5 %. `vat_amount` is the VAT inside `total`. `availability`
    and `promised` are ready texts in the document's language. `image` is a picture file (PNG, JPEG,
    WebP or GIF). `origins` are the steps that made the price, for a quote. `group` is a heading
    that stands above the first of its lines: the outlet that gets them. `replaced` is the
    article of the product instead of which the buyer took this one. `unit_code` is the OKEI code of
    the unit, `country` the name of the country of origin; either may be "". A `service` is no
    goods but their delivery; it stands in an invoice and a UPD, and not in a waybill.
    """

    number: int
    sku: str
    name: str
    unit: str
    quantity: Decimal
    price: Decimal
    total: Decimal
    vat_rate: str
    vat_amount: Decimal
    list_price: Decimal | None = None
    discount_percent: Decimal | None = None
    availability: str = ""
    promised: str = ""
    image: bytes | None = None
    origins: Sequence[Origin] = ()
    group: str = ""
    replaced: str = ""
    unit_code: str = ""
    country: str = ""
    service: bool = False

    @property
    def net(self) -> Decimal:
        """The sum without VAT."""
        return self.total - self.vat_amount

    @property
    def net_price(self) -> Decimal:
        """What a unit costs without VAT, to the minor unit; the sum counts, not this."""
        return (self.net / self.quantity).quantize(KOPECK, ROUND_HALF_UP)


class VatTotal(Struct, frozen=True):
    """The VAT of one rate in a whole document; zero for "novat"."""

    rate: str
    amount: Decimal


class Invoice(Struct, frozen=True, kw_only=True):
    """Счёт на оплату. `basis` names the agreement, `purpose` is what the payer should write.

    `to_pay` is what is paid by this invoice where the order is paid in parts; None: its `total`.
    """

    number: str
    date: datetime.date
    seller: Party
    buyer: Party
    lines: Sequence[Line]
    total: Decimal
    vat_totals: Sequence[VatTotal]
    currency: str = "RUB"
    basis: str = ""
    valid_until: datetime.date | None = None
    payment_terms: str = ""
    purpose: str = ""
    to_pay: Decimal | None = None

    @property
    def due(self) -> Decimal:
        """What is to be paid by this invoice, in `currency`."""
        return self.total if self.to_pay is None else self.to_pay


class Quote(Struct, frozen=True, kw_only=True):
    """Коммерческое предложение. `saving` is what the buyer pays less than by the price list."""

    number: str
    date: datetime.date
    valid_until: datetime.date
    seller: Party
    buyer: Party
    manager: Contact
    lines: Sequence[Line]
    total: Decimal
    vat_totals: Sequence[VatTotal]
    saving: Decimal = Decimal(0)
    currency: str = "RUB"
    delivery_terms: str = ""
    payment_terms: str = ""
    public_offer: bool = False


class PaymentDocument(Struct, frozen=True):
    """A document by which money came, as the bank, the ERP or staff name it."""

    number: str
    date: datetime.date


class Delivery(Struct, frozen=True, kw_only=True):
    """Goods that left as one shipment: a UPD, a waybill.

    `shipped_on` decided the VAT rates. `shipper` and `consignee` are a name and an address in one
    line, "" where they are the seller and the buyer. `order` is the number of the order, `paid_by`
    the documents by which it was paid before the goods left, the newest last.
    """

    number: str
    date: datetime.date
    shipped_on: datetime.date
    seller: Party
    buyer: Party
    order: str
    order_date: datetime.date
    lines: Sequence[Line]
    total: Decimal
    vat_totals: Sequence[VatTotal]
    currency: str = "RUB"
    basis: str = ""
    shipper: str = ""
    consignee: str = ""
    paid_by: Sequence[PaymentDocument] = ()


class Entry(Struct, frozen=True):
    """A row of a reconciliation: goods shipped are a debit of the buyer, a payment is a credit."""

    date: datetime.date
    text: str
    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)


class Statement(Struct, frozen=True, kw_only=True):
    """Акт сверки from the seller's books, both days included.

    `opening` is what the buyer owed before `since`, negative where the seller did.
    """

    number: str
    date: datetime.date
    since: datetime.date
    until: datetime.date
    seller: Party
    buyer: Party
    opening: Decimal
    entries: Sequence[Entry]
    currency: str = "RUB"
    basis: str = ""

    @property
    def debit(self) -> Decimal:
        """All debits of the period."""
        return sum((entry.debit for entry in self.entries), Decimal(0))

    @property
    def credit(self) -> Decimal:
        """All credits of the period."""
        return sum((entry.credit for entry in self.entries), Decimal(0))

    @property
    def closing(self) -> Decimal:
        """What the buyer owes after `until`."""
        return self.opening + self.debit - self.credit


class Contract(Struct, frozen=True, kw_only=True):
    """The terms of an agreement. `payment_days` 0: paid in advance. `manager` may be nobody."""

    number: str
    date: datetime.date
    seller: Party
    buyer: Party
    currency: str = "RUB"
    payment_days: int = 0
    manager: Contact | None = None


Content: TypeAlias = Invoice | Quote | Delivery | Statement | Contract


class Place(StrEnum):
    """Where a block stands: under the parties, after the totals, or at the very end."""

    PARTIES = "parties"
    TERMS = "terms"
    END = "end"


class PlacedBlock(Struct, frozen=True, kw_only=True):
    """What a plugin adds to a document: a heading, then rows of (label, value), then paragraphs."""

    place: Place = Place.TERMS
    heading: str = ""
    rows: Sequence[tuple[str, str]] = ()
    paragraphs: Sequence[str] = ()


class Letterhead(Struct, frozen=True, kw_only=True):
    """The brand on paper. `logo` is an SVG or PNG file, `colour` is "#rrggbb"."""

    site_name: str = ""
    colour: str = "#1f4e79"
    logo: bytes | None = None


def headings_of(lines: Sequence[Line]) -> list[str]:
    """For every line the heading above it, "" where the group goes on."""
    before = ["", *(line.group for line in lines)]
    return [
        line.group if line.group != last else "" for line, last in zip(lines, before, strict=False)
    ]


def untaxed(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines of a seller who pays no VAT; what they cost stays the same."""
    return tuple(replace(line, vat_rate=NO_VAT, vat_amount=Decimal(0)) for line in lines)


def total_of(lines: Iterable[Line]) -> Decimal:
    """The document's total: the sum of its lines."""
    return sum((line.total for line in lines), Decimal(0))


def vat_totals_of(lines: Iterable[Line]) -> tuple[VatTotal, ...]:
    """VAT per rate, in the order in which the rates first appear."""
    amounts: dict[str, Decimal] = {}
    for line in lines:
        amounts[line.vat_rate] = amounts.get(line.vat_rate, Decimal(0)) + line.vat_amount
    return tuple(VatTotal(rate, amount) for rate, amount in amounts.items())


def saving_of(lines: Iterable[Line]) -> Decimal:
    """What the lines cost less than by list price; a line dearer than its list price counts zero.

    The list price of a line is rounded half-up to the minor unit, as its total is.
    """
    return sum((_saving(line) for line in lines), Decimal(0))


def _saving(line: Line) -> Decimal:
    if line.list_price is None:
        return Decimal(0)
    listed = (line.list_price * line.quantity).quantize(KOPECK, ROUND_HALF_UP)
    return max(listed - line.total, Decimal(0))
