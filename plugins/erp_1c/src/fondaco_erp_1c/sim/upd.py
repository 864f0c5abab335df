"""The UPD that the played 1C prints: enough of one to be found, opened and compared by its hash."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib.resources import files

import msgspec
import typst

from fondaco_erp_1c.sim.told import Line, Told

TITLE = "УПД из 1С"
_NOTE = "Напечатано учебной 1С (fondaco erp-sim) для примера. Юридической силы не имеет."
_HEAD = ("№", "Артикул", "Наименование", "Ед.", "Кол-во", "Цена с НДС", "Сумма с НДС")


def upd_pdf(one: Told, number: str, day: date) -> bytes:
    """The same document gives the same bytes. Takes a tenth of a second."""
    data = {
        "title": f"Универсальный передаточный документ № {number} от {day:%d.%m.%Y}",
        "parties": (
            ("Продавец", one.seller),
            ("Покупатель", f"{one.buyer.name}, ИНН {one.buyer.tax_id} {one.buyer.kpp}".strip()),
            ("Основание", f"Заказ {one.number}"),
        ),
        "head": _HEAD,
        "lines": [_row(place, line) for place, line in enumerate(one.lines, 1)],
        "total": f"{_money(one.total)} {one.currency}",
        "note": _NOTE,
    }
    source = files("fondaco_erp_1c").joinpath("sim/upd.typ").read_bytes()
    pdf: bytes = typst.compile(
        source,
        ignore_system_fonts=True,
        sys_inputs={"data": msgspec.json.encode(data).decode()},
        timestamp=datetime.combine(day, time(), UTC),
    )
    return pdf


def _row(place: int, line: Line) -> tuple[str, ...]:
    return (
        str(place),
        line.sku,
        line.name,
        line.unit,
        f"{line.quantity.normalize():f}",
        _money(line.price),
        _money(line.total),
    )


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", "\u00a0").replace(".", ",")
