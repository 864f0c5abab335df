"""The file in which the played 1C tells of its orders."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from lxml import etree

from fondaco_erp_1c.http.words import SAID
from fondaco_erp_1c.sim.books import Kept
from fondaco_erp_1c.sim.told import Told
from fondaco_sdk.types.order import OrderState

S = OrderState
_SHIPPED = frozenset((S.SHIPPED, S.COMPLETED))


def states_xml(
    documents: Sequence[Kept], now: datetime, amended: Mapping[str, Told] = MappingProxyType({})
) -> bytes:
    """The states of documents, 1C's own numbers and versions; lines only where 1C has `amended`
    them, by the ids of the documents. `now` is local time."""
    root = etree.Element("КоммерческаяИнформация", {"ВерсияСхемы": "2.08"})
    for one in documents:
        state = S(one.state)
        document = etree.SubElement(root, "Документ")
        said = (
            ("Ид", one.id),
            ("НомерВерсии", base64.b64encode(one.version.to_bytes(8, "big")).decode()),
            ("Номер", one.number),
            ("ХозОперация", "Заказ товара"),
            ("Роль", "Продавец"),
        )
        for name, value in said:
            etree.SubElement(document, name).text = value
        if one.id in amended:
            _lines(document, amended[one.id])
        home = etree.SubElement(document, "ЗначенияРеквизитов")
        requisites = [
            ("Номер по 1С", f"УТ-{one.serial:06}"),
            ("Дата по 1С", f"{now:%Y-%m-%d}"),
            ("Проведен", "true"),
            ("Статус заказа", SAID[state]),
        ]
        if state in _SHIPPED:
            requisites += [
                ("Номер отгрузки по 1С", f"РТ-{one.serial:06}"),
                ("Дата отгрузки по 1С", f"{now:%Y-%m-%d}"),
            ]
        for name, value in requisites:
            item = etree.SubElement(home, "ЗначениеРеквизита")
            etree.SubElement(item, "Наименование").text = name
            etree.SubElement(item, "Значение").text = value
    body: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return body


def _lines(document: Any, one: Told) -> None:
    goods = etree.SubElement(document, "Товары")
    for line in one.lines:
        item = etree.SubElement(goods, "Товар")
        said = (
            ("Ид", line.product),
            ("Артикул", line.sku),
            ("Наименование", line.name),
            ("ЦенаЗаЕдиницу", f"{line.price:f}"),
            ("Количество", f"{line.quantity:f}"),
            ("Сумма", f"{line.total:.2f}"),
            ("Единица", line.unit),
            ("Коэффициент", "1"),
        )
        for name, value in said:
            etree.SubElement(item, name).text = value
