"""Orders as a document of CommerceML, for 2.08 and for 3.1."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from fondaco_erp_1c.http.words import DELIVERY, PAYMENTS, SAID
from fondaco_erp_1c.orders import BuyerOut, DeliveryOut, LineOut, OrderOut
from fondaco_sdk.types.order import OrderState

_CURRENCIES = {"RUB": "руб"}
_NO_XML = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def orders_xml(
    orders: Sequence[OrderOut], *, now: datetime, zone: ZoneInfo, containers: bool, encoding: str
) -> bytes:
    """The answer to `query`, in its encoding; days and times are of the site's `zone`."""
    root = etree.Element(
        "КоммерческаяИнформация",
        {
            "ВерсияСхемы": "3.1" if containers else "2.08",
            "ДатаФормирования": f"{now.astimezone(zone):%Y-%m-%dT%H:%M:%S}",
        },
    )
    for order in orders:
        home = etree.SubElement(root, "Контейнер") if containers else root
        _document(home, order, zone)
    return _encoded(root, encoding)


def dictionaries_xml(encoding: str) -> bytes:
    """The answer to `info`. Bitrix writes `Cтатусы` with a Latin C; others with a Cyrillic one."""
    root = etree.Element("Справочник")
    for tag in ("Cтатусы", "Статусы"):
        _items(root, tag, {state.value: said for state, said in SAID.items()})
    _items(root, "ПлатежныеСистемы", PAYMENTS, kind="Безналичная оплата")
    _items(root, "СлужбыДоставки", {"pickup": "Самовывоз", "address": "Доставка"})
    return _encoded(root, encoding)


def _items(root: Any, tag: str, found: Any, kind: str = "") -> None:
    home = etree.SubElement(root, tag)
    for code, name in found.items():
        item = etree.SubElement(home, "Элемент")
        _texts(item, ("Ид", code), ("Название", name), ("ТипОплаты", kind))


def _encoded(root: Any, encoding: str) -> bytes:
    if encoding == "windows-1251":
        # What has no place in it goes out as a reference to the character.
        body: bytes = etree.tostring(root, encoding="windows-1251", xml_declaration=True)
        return body
    body = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return (b"\xef\xbb\xbf" if encoding == "utf-8-sig" else b"") + body


def _document(home: Any, order: OrderOut, zone: ZoneInfo) -> None:
    placed = order.placed_at.astimezone(zone)
    document = etree.SubElement(home, "Документ")
    _texts(
        document,
        ("Ид", str(order.uuid)),
        ("Номер", order.number),
        ("Дата", f"{placed:%Y-%m-%d}"),
        ("Время", f"{placed:%H:%M:%S}"),
        ("ХозОперация", "Заказ товара"),
        ("Роль", "Продавец"),
        ("Валюта", _CURRENCIES.get(order.currency, order.currency)),
        ("Курс", "1"),
        ("Сумма", _money(order.total)),
    )
    _buyer(etree.SubElement(document, "Контрагенты"), order.buyer)
    _texts(document, ("Комментарий", order.comment))
    _tax(document, order.vat_total)
    goods = etree.SubElement(document, "Товары")
    for line in order.lines:
        _line(goods, line)
    for one in order.deliveries:
        if one.price:
            _delivery(goods, one)
    _requisites(document, _said_of(order))


def _buyer(home: Any, buyer: BuyerOut) -> None:
    party = etree.SubElement(home, "Контрагент")
    person = buyer.country == "RU" and len(buyer.tax_id) == 12
    _texts(
        party,
        ("Ид", buyer.id),
        ("Наименование", buyer.name),
        ("Роль", "Покупатель"),
        ("ПолноеНаименование" if person else "ОфициальноеНаименование",
         buyer.full_name or buyer.name),
        ("ИНН", buyer.tax_id),
        ("КПП", "" if person else buyer.kpp),
    )  # fmt: skip
    if buyer.address:
        _texts(etree.SubElement(party, "АдресРегистрации"), ("Представление", buyer.address))
    if buyer.email:
        contacts = etree.SubElement(party, "Контакты")
        _texts(etree.SubElement(contacts, "Контакт"), ("Тип", "Почта"), ("Значение", buyer.email))
    if buyer.person:
        home = etree.SubElement(etree.SubElement(party, "Представители"), "Представитель")
        deputy = etree.SubElement(home, "Контрагент")
        _texts(
            deputy,
            ("Отношение", "Контактное лицо"),
            ("Ид", f"{buyer.id}-contact"),
            ("Наименование", buyer.person),
        )


def _line(goods: Any, line: LineOut) -> None:
    item = etree.SubElement(goods, "Товар")
    _texts(item, ("Ид", line.product), ("Артикул", line.sku), ("Наименование", line.name))
    unit = etree.SubElement(
        item,
        "БазоваяЕдиница",
        {
            "Код": line.unit_code,
            "НаименованиеПолное": _clean(line.unit_name or line.unit),
            "МеждународноеСокращение": _clean(line.unit_letters),
        },
    )
    unit.text = _clean(line.unit)
    _texts(
        item,
        # Of what was taken off the order a line has its share: price times quantity is its sum.
        ("ЦенаЗаЕдиницу", _number(_price(line))),
        ("Количество", _number(line.quantity)),
        ("Сумма", _money(line.total)),
        ("Единица", line.unit),
        ("Коэффициент", "1"),
    )
    _taxes(item, line.vat, line.vat_rate, line.vat_amount)
    _requisites(item, (("ВидНоменклатуры", "Товар"), ("ТипНоменклатуры", "Товар")))


def _delivery(goods: Any, one: DeliveryOut) -> None:
    item = etree.SubElement(goods, "Товар")
    _texts(item, ("Ид", DELIVERY), ("Наименование", "Доставка заказа"))
    unit = {"Код": "796", "НаименованиеПолное": "Штука", "МеждународноеСокращение": "PCE"}
    etree.SubElement(item, "БазоваяЕдиница", unit).text = "шт"
    _texts(
        item,
        ("ЦенаЗаЕдиницу", _number(one.price)),
        ("Количество", "1"),
        ("Сумма", _money(one.price)),
        ("Единица", "шт"),
        ("Коэффициент", "1"),
    )
    _taxes(item, one.vat, one.vat_rate, one.vat_amount)
    _requisites(item, (("ВидНоменклатуры", "Услуга"), ("ТипНоменклатуры", "Услуга")))


def _taxes(item: Any, vat: str, percent: Decimal, amount: Decimal) -> None:
    rate = "Без НДС" if vat == "novat" else _number(percent)
    rates = etree.SubElement(etree.SubElement(item, "СтавкиНалогов"), "СтавкаНалога")
    _texts(rates, ("Наименование", "НДС"), ("Ставка", rate))
    _tax(item, amount, rate)


def _price(line: LineOut) -> Decimal:
    whole = (line.unit_price * line.quantity).quantize(Decimal("0.01"))
    return line.unit_price if whole == line.total else line.total / line.quantity


def _said_of(order: OrderOut) -> Sequence[tuple[str, str]]:
    before = [part for part in order.payments if part.before]
    return (
        ("Статус заказа", SAID.get(order.state, "")),
        ("Отменен", _flag(order.state is OrderState.CANCELLED)),
        ("Финальный статус", _flag(order.state is OrderState.COMPLETED)),
        ("Метод оплаты", _ways(order)),
        ("Метод оплаты ИД", order.payments[0].way if order.payments else ""),
        ("Заказ оплачен", _flag(bool(before) and all(p.received >= p.amount for p in before))),
        ("Сумма предоплаты", _money(sum((part.amount for part in before), Decimal(0)))),
        ("Сумма оплаты", _money(sum((part.received for part in order.payments), Decimal(0)))),
        ("Способ доставки", _bringing(order)),
        ("Сумма доставки", "".join(_money(one.price) for one in order.deliveries)),
        ("Адрес доставки", order.address),
        ("Пункт выдачи", "".join(one.point_text for one in order.deliveries)),
        ("Код пункта выдачи", "".join(one.point for one in order.deliveries)),
        ("Желаемая дата отгрузки", f"{order.wanted_on:%Y-%m-%d}" if order.wanted_on else ""),
        ("Дата отгрузки", f"{order.promised:%Y-%m-%d}" if order.promised else ""),
        ("Организация", order.seller.name),
        ("Склад", order.place),
        ("Соглашение", order.agreement),
        ("Номер заказа покупателя", order.customer_reference),
        ("Номер заказа на сайте", order.order_number),
        ("Комментарии покупателя", order.comment),
    )


def _bringing(order: OrderOut) -> str:
    if order.delivery == "pickup":
        return "Самовывоз"
    return order.deliveries[0].title if order.deliveries else "Доставка"


def _ways(order: OrderOut) -> str:
    """How it is paid; the amounts where it is paid in several ways."""
    if len(order.payments) == 1:
        return order.payments[0].title
    return ", ".join(f"{part.title}: {_money(part.amount)}" for part in order.payments)


def _requisites(home: Any, found: Sequence[tuple[str, str]]) -> None:
    values = etree.SubElement(home, "ЗначенияРеквизитов")
    for name, value in found:
        if value:
            one = etree.SubElement(values, "ЗначениеРеквизита")
            _texts(one, ("Наименование", name), ("Значение", value))


def _tax(home: Any, amount: Decimal, rate: str = "") -> None:
    """On both levels: a loader takes «цена включает НДС» from the document alone."""
    tax = etree.SubElement(etree.SubElement(home, "Налоги"), "Налог")
    _texts(
        tax,
        ("Наименование", "НДС"),
        ("УчтеноВСумме", "true"),
        ("Сумма", _money(amount)),
        ("Ставка", rate),
    )


def _texts(home: Any, *pairs: tuple[str, str]) -> None:
    for name, value in pairs:
        if value:
            etree.SubElement(home, name).text = _clean(value)


def _clean(value: str) -> str:
    """Without what XML has no place for, such as most control characters."""
    return _NO_XML.sub("", value)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _money(value: Decimal) -> str:
    return f"{value:.2f}"


def _number(value: Decimal) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
