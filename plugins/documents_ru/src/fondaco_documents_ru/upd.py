"""УПД: счёт-фактура by Постановление 1137 inside the frame of a transfer document.

Status 1 is both; status 2 is the transfer document alone, of a seller who pays no VAT.
"""

from typing import cast

from fondaco_documents_ru import parts
from fondaco_documents_ru.parts import DASH, TYPST, day
from fondaco_sdk.providers.layout import Form, FormColumn, Paper, Press
from fondaco_sdk.types.paper import Delivery, Line

# Heading, mark, width in characters, how its cells look in a workbook.
_COLUMNS = (
    ("Код товара/ работ, услуг", "А", 20, "text"),
    ("№ п/п", "1", 8, "number"),
    ("Наименование товара (описание выполненных работ, оказанных услуг), имущественного права",
     "1а", 50, "wrapped"),
    ("Код вида товара", "1б", 9, "text"),
    ("Единица измерения: код", "2", 7, "text"),
    ("Единица измерения: условное обозначение", "2а", 10, "text"),
    ("Количество (объём)", "3", 11, "quantity"),
    ("Цена (тариф) за единицу измерения", "4", 13, "money"),
    ("Стоимость товаров (работ, услуг), имущественных прав без налога — всего", "5", 15, "money"),
    ("В том числе сумма акциза", "6", 11, "text"),
    ("Налоговая ставка", "7", 10, "text"),
    ("Сумма налога, предъявляемая покупателю", "8", 14, "money"),
    ("Стоимость товаров (работ, услуг), имущественных прав с налогом — всего", "9", 15, "money"),
    ("Страна происхождения: цифровой код", "10", 9, "text"),
    ("Страна происхождения: краткое наименование", "10а", 13, "text"),
    ("Регистрационный номер декларации на товары или партии товара, подлежащего прослеживаемости",
     "11", 16, "text"),
    ("Количественная единица прослеживаемого товара: код", "12", 7, "text"),
    ("Количественная единица прослеживаемого товара: условное обозначение", "12а", 9, "text"),
    ("Количество прослеживаемого товара", "13", 10, "text"),
    ("Стоимость прослеживаемого товара без налога, руб.", "14", 11, "text"),
)  # fmt: skip
# The digital codes of countries (ОКСМ) by the names that goods have them under.
_COUNTRIES = {
    "беларусь": "112", "белоруссия": "112", "германия": "276", "индия": "356", "испания": "724",
    "италия": "380", "казахстан": "398", "китай": "156", "корея": "410", "польша": "616",
    "республика корея": "410", "сша": "840", "тайвань": "158", "турция": "792", "франция": "250",
    "чехия": "203", "япония": "392",
}  # fmt: skip
_NO_EXCISE = "без\u00a0акциза"
_HOME = ("россия", "российская федерация", "рф")


class UpdLayout:
    """Draws УПД (implements `Layout`)."""

    def draw(self, paper: Paper, press: Press) -> bytes:
        """PDF or xlsx. UserError: totals that differ from the lines."""
        delivery = cast("Delivery", paper.content)
        parts.check_delivery(delivery)
        if paper.format == "xlsx":
            return press.workbook(_form(paper, delivery, press))
        texts = upd_texts(paper, delivery, press)
        tagged = len(delivery.lines) <= parts.MOST_TAGGED
        return press.typeset(
            TYPST / "upd.typ", texts, delivery.seller, delivery.date, tagged=tagged
        )


def upd_texts(paper: Paper, delivery: Delivery, press: Press) -> dict[str, object]:
    """Everything that the form prints."""
    number, date = delivery.number, press.long_day(delivery.date)
    title = f"УПД № {number} от {date}"
    office, name = parts.signer(delivery.seller)
    sole = delivery.seller.sole_trader
    vat = press.money(parts.vat_of(delivery)) if parts.taxed(delivery) else "без НДС"
    return {
        "title": title,
        "running": title,
        "author": delivery.seller.name,
        "status": status_of(delivery),
        "number": number,
        "date": date,
        "correction": _correction(paper),
        "head": [list(row) for row in _head(delivery)],
        "headings": [list(one) for one in _groups()],
        "subheadings": [heading.partition(": ")[2] for heading, *_ in _COLUMNS if ": " in heading],
        "marks": [mark for _, mark, *_ in _COLUMNS],
        "rows": [_row(line, press) for line in delivery.lines],
        "totals": [
            press.money(parts.net_of(delivery)),
            vat,
            press.money(delivery.total),
        ],
        "in_words": press.amount_in_words(delivery.total, delivery.currency),
        "rates": parts.rates_note(
            delivery, [press.money(vat.amount) for vat in delivery.vat_totals]
        ),
        "director": "" if sole else name,
        "accountant": "" if sole else delivery.seller.accountant,
        "trader": name if sole else "",
        "office": office,
        "basis": delivery.basis or f"Заказ № {delivery.order} от {day(delivery.order_date)}",
        "shipped_on": press.long_day(delivery.shipped_on),
        "seller": f"{delivery.seller.name}, ИНН/КПП {parts.tax_numbers(delivery.seller)}",
        "buyer": f"{delivery.buyer.name}, ИНН/КПП {parts.tax_numbers(delivery.buyer)}",
        "order": f"Заказ № {delivery.order} от {day(delivery.order_date)}",
    }


def _groups() -> list[tuple[str, int]]:
    """The upper row of the head: a heading and how many columns it spans."""
    found: list[tuple[str, int]] = []
    for heading, *_ in _COLUMNS:
        upper, colon, _ = heading.partition(": ")
        if colon and found and found[-1][0] == upper:
            found[-1] = (upper, found[-1][1] + 1)
        else:
            found.append((upper, 1))
    return found


def status_of(delivery: Delivery) -> str:
    """«1» with a VAT invoice, «2» without."""
    return "1" if delivery.seller.vat_payer else "2"


def _correction(paper: Paper) -> str:
    if paper.corrected_on is None:
        return f"{DASH} от {DASH}"
    return f"{paper.version - 1} от {day(paper.corrected_on)}"


def _head(delivery: Delivery) -> list[tuple[str, str, str]]:
    """Label, value and the number of the row in the form."""
    seller, buyer = delivery.seller, delivery.buyer
    last = len(delivery.lines)
    items = "№ п/п 1" if last == 1 else f"№ п/п 1–{last}"
    return [
        ("Продавец", parts.full_name(seller), "(2)"),
        ("Адрес", seller.address or DASH, "(2а)"),
        ("ИНН/КПП продавца", parts.tax_numbers(seller), "(2б)"),
        ("Грузоотправитель и его адрес", delivery.shipper or "он же", "(3)"),
        ("Грузополучатель и его адрес", delivery.consignee or _with_address(delivery), "(4)"),
        ("К платёжно-расчётному документу №", _paid_by(delivery), "(5)"),
        ("Документ об отгрузке", f"{items} № {delivery.number} от {day(delivery.date)}", "(5а)"),
        ("Покупатель", parts.full_name(buyer), "(6)"),
        ("Адрес", buyer.address or DASH, "(6а)"),
        ("ИНН/КПП покупателя", parts.tax_numbers(buyer), "(6б)"),
        ("Валюта: наименование, код", parts.currency(delivery.currency), "(7)"),
        ("Идентификатор государственного контракта, договора (соглашения)", DASH, "(8)"),
    ]


def _paid_by(delivery: Delivery) -> str:
    named = (f"{one.number} от {day(one.date)}" for one in delivery.paid_by)
    return ", ".join(named) or DASH


def _with_address(delivery: Delivery) -> str:
    buyer = delivery.buyer
    return ", ".join(filter(None, (buyer.full_name or buyer.name, buyer.address)))


def _origin(line: Line) -> tuple[str, str]:
    """Code and name of the country; goods of our own have none in the form."""
    name = line.country.strip()
    if not name or name.lower() in _HOME:
        return DASH, DASH
    return _COUNTRIES.get(name.lower(), DASH), name


def _row(line: Line, press: Press) -> list[str]:
    code, country = _origin(line)
    return [
        press.fit(line.sku or DASH, 12),
        str(line.number),
        press.fit(line.name, 32),
        DASH,
        line.unit_code or DASH,
        press.fit(line.unit or DASH, 6),
        press.quantity(line.quantity),
        press.money(line.net_price),
        press.money(line.net),
        _NO_EXCISE,
        parts.rate(line.vat_rate),
        "без НДС" if line.vat_rate == "novat" else press.money(line.vat_amount),
        press.money(line.total),
        code,
        press.fit(country, 9),
        *[DASH] * 5,
    ]


def _form(paper: Paper, delivery: Delivery, press: Press) -> Form:
    """The same as a sheet: figures stay figures."""
    office, name = parts.signer(delivery.seller)
    rows = []
    for line in delivery.lines:
        code, country = _origin(line)
        free = line.vat_rate == "novat"
        rows.append(
            [
                line.sku, line.number, line.name, DASH, line.unit_code or DASH, line.unit,
                line.quantity, line.net_price, line.net, _NO_EXCISE, parts.rate(line.vat_rate),
                None if free else line.vat_amount, line.total, code, country, *[DASH] * 5,
            ]
        )  # fmt: skip
    vat = parts.vat_of(delivery) if parts.taxed(delivery) else None
    total = [None, None, "Всего к оплате (9)", *[None] * 5, parts.net_of(delivery), None, None,
             vat, delivery.total, *[None] * 7]  # fmt: skip
    return Form(
        title=f"УПД № {delivery.number} от {day(delivery.date)}",
        head=[
            ("Статус", status_of(delivery)),
            ("Исправление № (1а)", _correction(paper)),
            *((f"{label} {mark}", value) for label, value, mark in _head(delivery)),
        ],
        columns=[
            FormColumn(f"{heading} ({mark})", width, kind)  # type: ignore[arg-type]
            for heading, mark, width, kind in _COLUMNS
        ],
        rows=rows,
        totals=[total],
        notes=[
            f"Основание передачи: {delivery.basis or delivery.order}",
            f"Дата отгрузки, передачи (сдачи): {day(delivery.shipped_on)}",
            f"{office} {name}".strip(),
        ],
    )
