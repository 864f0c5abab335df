"""Deliveries, statements and agreements as large and as awkward as a test wants them."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from fondaco.documents.press import KernelPress
from fondaco.testing.papers import BUYER, PLAIN, SELLER, goods
from fondaco_sdk.providers.layout import Layout, Paper
from fondaco_sdk.types.paper import (
    KOPECK,
    NO_VAT,
    Contact,
    Content,
    Contract,
    Delivery,
    Entry,
    Line,
    Party,
    Statement,
    total_of,
    vat_totals_of,
)

TRADER = Party(
    name="ИП Гончаров П. К.",
    full_name="Индивидуальный предприниматель Гончаров Пётр Константинович",
    tax_id="366412345678",
    address="394000, г. Воронеж, ул. Ленина, д. 1",
    director="Гончаров П. К.",
    vat_payer=False,
)


def line(number: int, rate: str = "22") -> Line:
    """The line of that number; the price is what a spread discount left of it."""
    sku, name, country = goods(number)
    price = (Decimal(350 + 137 * number % 9000) * Decimal("0.9317")).quantize(KOPECK)
    quantity = Decimal(2 + number * 7 % 40) + (Decimal("0.125") if number % 9 == 0 else 0)
    total = (price * quantity).quantize(KOPECK, ROUND_HALF_UP) - Decimal("0.01") * (number % 3)
    percent = Decimal(0) if rate == NO_VAT else Decimal(rate)
    return Line(
        number=number,
        sku=sku,
        name=name,
        unit="шт",
        unit_code="796",
        country=country,
        quantity=quantity,
        price=price,
        total=total,
        vat_rate=rate,
        vat_amount=(total * percent / (100 + percent)).quantize(KOPECK, ROUND_HALF_UP),
    )


def delivery(
    count: int = 3,
    rates: Sequence[str] = ("22",),
    seller: Party = SELLER,
    rows: Sequence[Line] | None = None,
) -> Delivery:
    """So many lines, whose rates take turns."""
    lines = tuple(rows or (line(n, rates[n % len(rates)]) for n in range(1, count + 1)))
    return Delivery(
        number="26-000042",
        date=date(2026, 11, 27),
        shipped_on=date(2026, 11, 27),
        seller=seller,
        buyer=BUYER,
        order="26-000117",
        order_date=date(2026, 11, 24),
        lines=lines,
        total=total_of(lines),
        vat_totals=vat_totals_of(lines),
        basis="Договор № 118/26 от 12.01.2026",
        consignee="Общество с ограниченной ответственностью «Агротехсервис», 396000,"
        " Воронежская обл., с. Новая Усмань, ул. Промышленная, д. 4",
    )


def statement(count: int = 6, opening: str = "1500.00") -> Statement:
    """Shipments and payments that take turns."""
    entries = tuple(
        Entry(date(2026, 11, 1 + n % 28), f"УПД № 26-{n:06d}", debit=Decimal(1000 * n) + KOPECK)
        if n % 2
        else Entry(
            date(2026, 11, 1 + n % 28), f"Оплата заказа № 26-{n:06d}", credit=Decimal(900 * n)
        )
        for n in range(1, count + 1)
    )
    return Statement(
        number="26-000007",
        date=date(2026, 12, 1),
        since=date(2026, 11, 1),
        until=date(2026, 11, 30),
        seller=SELLER,
        buyer=BUYER,
        opening=Decimal(opening),
        entries=sorted(entries, key=lambda entry: entry.date),
        basis="Договор № 118/26 от 12.01.2026",
    )


def contract(**changes: object) -> Contract:
    """An agreement of fourteen days."""
    fields: dict[str, object] = {
        "number": "118/26",
        "date": date(2026, 1, 12),
        "seller": SELLER,
        "buyer": BUYER,
        "payment_days": 14,
        "manager": Contact(name="Ирина Соколова", email="i.sokolova@example.com"),
    }
    return Contract(**{**fields, **changes})  # type: ignore[arg-type]


def drawn(layout: Layout, content: Content, format_: str = "pdf", **more: object) -> bytes:
    """The file, by the kernel's press."""
    paper = Paper(
        kind="x",
        format=format_,
        locale="ru",
        content=content,
        letterhead=PLAIN,
        **more,  # type: ignore[arg-type]
    )
    return layout.draw(paper, KernelPress(paper))
