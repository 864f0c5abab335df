"""A УПД of 500 lines as PDF, as the worker draws it, against the bare table of the same cells."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec
import typst

from benchmarks.figures import Figure, Limit
from benchmarks.house import House
from benchmarks.measure import by_turns
from fondaco.documents.press import KernelPress
from fondaco.documents.render.fonts import load
from fondaco_documents_ru.upd import UpdLayout, upd_texts
from fondaco_sdk.providers.layout import Paper
from fondaco_sdk.types.paper import (
    KOPECK,
    Delivery,
    Letterhead,
    Line,
    Party,
    total_of,
    vat_totals_of,
)

LINES = 500
SECOND = 1000
# Columns of text only as wide as those of the form, and nothing else on the page.
TABLE = """
#let rows = json(bytes(sys.inputs.data))
#set page(paper: "a4", flipped: true, margin: 8mm)
#set text(size: 6.4pt, font: "Inter", fallback: false)
#table(
  columns: (19mm, 8mm, 1fr, 9mm, 8mm, 10mm, 12mm, 16.5mm, 18mm, 14.4mm, 12mm, 16mm, 18mm, 8.5mm,
    13.5mm, 13.5mm, 7.5mm, 8.5mm, 8.5mm, 9mm),
  ..rows.flatten(),
)
"""


async def measure(house: House) -> Sequence[Figure]:
    """Content to bytes; neither the database nor the disk is asked."""
    delivery = _delivery()
    paper = Paper(
        kind="upd",
        format="pdf",
        locale="ru",
        content=delivery,
        letterhead=Letterhead(site_name="Fondaco"),
    )
    press = KernelPress(paper)
    layout = UpdLayout()
    rows = upd_texts(paper, delivery, press)["rows"]
    data = msgspec.json.encode(rows).decode()
    fonts = load().fonts

    async def ours() -> None:
        layout.draw(paper, press)

    async def floor() -> None:
        typst.compile(TABLE.encode(), font_paths=fonts, sys_inputs={"data": data}, pdf_tags=False)

    drawn, bare = await by_turns(ours, floor)
    return (
        Figure(
            what=f"UPD, {LINES} lines, PDF",
            unit="ms",
            ours=drawn,
            floor=bare,
            limit=Limit(plus=SECOND),
        ),
    )


def _delivery() -> Delivery:
    lines = tuple(_line(number) for number in range(1, LINES + 1))
    party = Party(
        name="ООО «Опт»",
        full_name="Общество с ограниченной ответственностью «Опт»",
        tax_id="7701234567",
        kpp="770101001",
        address="125167, г. Москва, Ленинградский проспект, д. 37, корп. 3, офис 412",
    )
    day = date(2026, 11, 27)
    return Delivery(
        number="26-000042",
        date=day,
        shipped_on=day,
        seller=party,
        buyer=party,
        order="26-000117",
        order_date=day,
        lines=lines,
        total=total_of(lines),
        vat_totals=vat_totals_of(lines),
    )


def _line(number: int) -> Line:
    price, quantity = Decimal(100 + 13 * number), Decimal(1 + number % 40)
    rate = ("22", "10")[number % 2]
    total = price * quantity
    vat = (total * int(rate) / (100 + int(rate))).quantize(KOPECK, ROUND_HALF_UP)
    return Line(
        number=number,
        sku=f"МТЗ-{number:03d}-{1004015 + number}",
        name=f"Ремень клиновой зубчатый AVX13-{number} La, усиленный, морозостойкий до −40 °C",
        unit="шт",
        unit_code="796",
        country=("Китай", "Беларусь", "Россия")[number % 3],
        quantity=quantity,
        price=price,
        total=total,
        vat_rate=rate,
        vat_amount=vat,
    )
