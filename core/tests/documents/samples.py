"""Invoices and quotes of as many lines as a test wants."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO

from PIL import Image

from fondaco.testing.papers import BUYER, SELLER, goods
from fondaco_sdk.types.paper import (
    KOPECK,
    Contact,
    Invoice,
    Letterhead,
    Line,
    Quote,
    saving_of,
    total_of,
    vat_totals_of,
)

MANAGER = Contact(
    name="Ирина Соколова",
    position="Менеджер по работе с ключевыми клиентами",
    phone="+7 495 123-45-67, доб. 214",
    email="i.sokolova@example.com",
)
LOGO = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 48" width="200" height="48">
<circle cx="24" cy="24" r="18" fill="none" stroke="#1f4e79" stroke-width="7"/>
<circle cx="24" cy="24" r="6" fill="#e07a1f"/>
<rect x="54" y="10" width="130" height="10" rx="5" fill="#1f4e79"/>
<rect x="54" y="28" width="84" height="10" rx="5" fill="#9db7d1"/></svg>"""
LETTERHEAD = Letterhead(site_name="Северный подшипник", colour="#1f4e79", logo=LOGO)


def line(number: int, **changes: object) -> Line:
    """The line of that number; the same number gives the same line. `changes` replace fields."""
    sku, name, _ = goods(number)
    listed = Decimal(350 + 137 * number % 9000) + Decimal("0.40")
    price = (listed * Decimal("0.93")).quantize(KOPECK, ROUND_HALF_UP)
    quantity = Decimal(2 + number * 7 % 40)
    total = quantity * price
    fields: dict[str, object] = {
        "number": number,
        "sku": sku,
        "name": name,
        "unit": "шт",
        "quantity": quantity,
        "list_price": listed,
        "discount_percent": Decimal(7),
        "price": price,
        "total": total,
        "vat_rate": "22",
        "vat_amount": (total * 22 / 122).quantize(KOPECK, ROUND_HALF_UP),
        "availability": "12 шт в Москве, ещё 40 к вт 24 ноября",
        "promised": "отгрузка пн 23 ноября",
    }
    return Line(**{**fields, **changes})  # type: ignore[arg-type]


def lines(count: int, **changes: object) -> list[Line]:
    return [line(number, **changes) for number in range(1, count + 1)]


def invoice(rows: Sequence[Line] | None = None, **changes: object) -> Invoice:
    rows = lines(3) if rows is None else rows
    fields: dict[str, object] = {
        "number": "П-10042",
        "date": date(2026, 11, 22),
        "seller": SELLER,
        "buyer": BUYER,
        "lines": rows,
        "total": total_of(rows),
        "vat_totals": vat_totals_of(rows),
        "basis": "Договор поставки № 118/26 от 12 января 2026 г.",
        "valid_until": date(2026, 11, 27),
        "payment_terms": "Оплата в течение 5 банковских дней.\nТовар отпускается по факту прихода"
        " денег на расчётный счёт поставщика, по доверенности и паспорту.",
        "purpose": "Оплата по счёту № П-10042 от 22.11.2026, в т. ч. НДС 22%",
    }
    return Invoice(**{**fields, **changes})  # type: ignore[arg-type]


def quote(rows: Sequence[Line] | None = None, **changes: object) -> Quote:
    rows = lines(3) if rows is None else rows
    fields: dict[str, object] = {
        "number": "КП-128",
        "date": date(2026, 11, 22),
        "valid_until": date(2026, 11, 29),
        "seller": SELLER,
        "buyer": BUYER,
        "manager": MANAGER,
        "lines": rows,
        "total": total_of(rows),
        "vat_totals": vat_totals_of(rows),
        "saving": saving_of(rows),
        "delivery_terms": "До терминала перевозчика в Москве бесплатно.\nДо Воронежа 2–3 дня,"
        " 4 120,00 ₽.",
        "payment_terms": "Отсрочка 21 календарный день с даты отгрузки.",
    }
    return Quote(**{**fields, **changes})  # type: ignore[arg-type]


def photo(colour: str = "steelblue") -> bytes:
    """A small JPEG."""
    out = BytesIO()
    Image.new("RGB", (300, 200), colour).save(out, "JPEG")
    return out.getvalue()
