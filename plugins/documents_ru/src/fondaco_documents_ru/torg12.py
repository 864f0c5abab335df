"""ТОРГ-12 by Постановление Госкомстата 25.12.1998 № 132, with a subtotal on every page."""

from decimal import Decimal
from typing import cast

from fondaco_documents_ru import parts
from fondaco_documents_ru.parts import DASH, TYPST, day
from fondaco_sdk.providers.layout import Form, FormColumn, Paper, Press
from fondaco_sdk.types.paper import KOPECK, Delivery, Line

_COLUMNS = (
    ("Номер по порядку", 8, "number"),
    ("Товар: наименование, характеристика, сорт, артикул", 50, "wrapped"),
    ("Товар: код", 18, "text"),
    ("Единица измерения: наименование", 10, "text"),
    ("Единица измерения: код по ОКЕИ", 9, "text"),
    ("Вид упаковки", 9, "text"),
    ("Количество в одном месте", 10, "text"),
    ("Количество мест, штук", 10, "text"),
    ("Масса брутто", 10, "text"),
    ("Количество (масса нетто)", 12, "quantity"),
    ("Цена, руб. коп.", 14, "money"),
    ("Сумма без учёта НДС, руб. коп.", 16, "money"),
    ("НДС: ставка, %", 10, "text"),
    ("НДС: сумма, руб. коп.", 15, "money"),
    ("Сумма с учётом НДС, руб. коп.", 16, "money"),
)


class Torg12Layout:
    """Draws waybills (implements `Layout`)."""

    def draw(self, paper: Paper, press: Press) -> bytes:
        """PDF or xlsx. UserError: totals that differ from the lines."""
        delivery = cast("Delivery", paper.content)
        parts.check_delivery(delivery)
        delivery = parts.goods_of(delivery)
        if paper.format == "xlsx":
            return press.workbook(_form(paper, delivery, press))
        texts = torg12_texts(paper, delivery, press)
        tagged = len(delivery.lines) <= parts.MOST_TAGGED
        return press.typeset(
            TYPST / "torg12.typ", texts, delivery.seller, delivery.date, tagged=tagged
        )


def torg12_texts(paper: Paper, delivery: Delivery, press: Press) -> dict[str, object]:
    """Everything that the form prints. `sums` are whole kopecks and thousandths of a unit, of which
    the pages add up their own.
    """
    title = f"Товарная накладная № {delivery.number} от {press.long_day(delivery.date)}"
    office, name = parts.signer(delivery.seller)
    order = f"Заказ № {delivery.order} от {day(delivery.order_date)}"
    quantity = _quantity(delivery)
    return {
        "title": title,
        "running": title,
        "author": delivery.seller.name,
        "number": delivery.number,
        "date": day(delivery.date),
        "correction": _correction(paper),
        "shipper": delivery.shipper or parts.requisites(delivery.seller),
        "consignee": delivery.consignee or parts.requisites(delivery.buyer),
        "supplier": parts.requisites(delivery.seller),
        "payer": parts.requisites(delivery.buyer),
        "basis": "; ".join(filter(None, (delivery.basis, order))),
        "headings": [heading for heading, *_ in _COLUMNS],
        "rows": [_row(line, press) for line in delivery.lines],
        "sums": [_sums(line) for line in delivery.lines],
        "totals": [
            press.quantity(quantity),
            press.money(parts.net_of(delivery)),
            press.money(parts.vat_of(delivery)) if parts.taxed(delivery) else DASH,
            press.money(delivery.total),
        ],
        "rates": parts.rates_note(
            delivery, [press.money(vat.amount) for vat in delivery.vat_totals]
        ),
        "lines_in_words": press.number_in_words(len(delivery.lines)),
        "in_words": press.amount_in_words(delivery.total, delivery.currency),
        "office": office,
        "director": name,
        "accountant": "" if delivery.seller.sole_trader else delivery.seller.accountant,
        "shipped_on": press.long_day(delivery.shipped_on),
        "vat": "yes" if parts.taxed(delivery) else "",
    }


def _quantity(delivery: Delivery) -> Decimal:
    return sum((line.quantity for line in delivery.lines), Decimal(0))


def _correction(paper: Paper) -> str:
    if paper.corrected_on is None:
        return ""
    return f"Исправление № {paper.version - 1} от {day(paper.corrected_on)}"


def _row(line: Line, press: Press) -> list[str]:
    free = line.vat_rate == "novat"
    return [
        str(line.number),
        press.fit(line.name, 36),
        press.fit(line.sku or DASH, 13),
        press.fit(line.unit or DASH, 7),
        line.unit_code or DASH,
        *[DASH] * 4,
        press.quantity(line.quantity),
        press.money(line.net_price),
        press.money(line.net),
        parts.rate(line.vat_rate),
        DASH if free else press.money(line.vat_amount),
        press.money(line.total),
    ]


def _sums(line: Line) -> list[int]:
    money = (int(amount / KOPECK) for amount in (line.net, line.vat_amount, line.total))
    return [int(line.quantity * 1000), *money]


def _form(paper: Paper, delivery: Delivery, press: Press) -> Form:
    rows = [
        [
            line.number, line.name, line.sku, line.unit, line.unit_code or DASH, *[DASH] * 4,
            line.quantity, line.net_price, line.net, parts.rate(line.vat_rate),
            None if line.vat_rate == "novat" else line.vat_amount, line.total,
        ]
        for line in delivery.lines
    ]  # fmt: skip
    vat = parts.vat_of(delivery) if parts.taxed(delivery) else None
    quantity = _quantity(delivery)
    total = [None, "Всего по накладной", *[None] * 7, quantity, None, parts.net_of(delivery), None,
             vat, delivery.total]  # fmt: skip
    office, name = parts.signer(delivery.seller)
    return Form(
        title=f"ТОРГ-12 № {delivery.number} от {day(delivery.date)}",
        head=[
            ("Грузоотправитель", delivery.shipper or parts.requisites(delivery.seller)),
            ("Грузополучатель", delivery.consignee or parts.requisites(delivery.buyer)),
            ("Поставщик", parts.requisites(delivery.seller)),
            ("Плательщик", parts.requisites(delivery.buyer)),
            ("Основание", delivery.basis or f"Заказ № {delivery.order}"),
            *([("", _correction(paper))] if paper.corrected_on else []),
        ],
        columns=[
            FormColumn(f"{heading} ({at})", width, kind)  # type: ignore[arg-type]
            for at, (heading, width, kind) in enumerate(_COLUMNS, 1)
        ],
        rows=rows,
        totals=[total],
        notes=[
            f"Всего отпущено на сумму: {press.amount_in_words(delivery.total, delivery.currency)}",
            f"Дата отпуска: {day(delivery.shipped_on)}",
            f"{office} {name}".strip(),
        ],
    )
