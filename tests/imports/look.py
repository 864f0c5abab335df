"""The same exports as whole trees, searched by XPath: what the shop must hold once they are loaded.

It knows nothing of the reader or of the importer. Files are looked at in the order in which 1C
means them: catalogues, then offers, each sort by name.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from lxml import etree

NO_CURRENCY = {"BYR"}
"""Named in the exports and known to nobody any more; prices in it are refused."""

Price: TypeAlias = tuple[str, str]
"""(offer, price list)."""


class Shop:
    """What a folder of exports means."""

    def __init__(self, folder: Path) -> None:
        roots = [etree.parse(file).getroot() for file in sorted(folder.glob("*.xml"))]
        catalogues = [root for root in roots if not _is_of_documents(root)]
        self.deleted: dict[str, bool] = {}
        self.variants: dict[str, tuple[str, bool]] = {}
        self.lists: set[str] = set()
        self.prices: dict[Price, Decimal] = {}
        self.named_prices: list[Price] = []
        self.stock: dict[tuple[str, str], Decimal] = {}
        self.offers: list[str] = []
        for root in catalogues:
            self._look_at_goods(root)
        for root in catalogues:
            self._look_at_offers(root)

    @property
    def families(self) -> set[str]:
        """Goods on sale as variants."""
        return {goods for goods, deleted in self.variants.values() if not deleted} & self.goods

    @property
    def goods(self) -> set[str]:
        """All goods that the catalogue knows and has not deleted."""
        return {goods for goods, deleted in self.deleted.items() if not deleted}

    @property
    def on_sale(self) -> set[str]:
        """What can be ordered: goods without variants, and variants of known goods."""
        of_families = {
            offer
            for offer, (goods, deleted) in self.variants.items()
            if goods in self.goods and not deleted
        }
        return (self.goods - self.families) | of_families

    @property
    def known(self) -> set[str]:
        """What prices and stock may speak of."""
        of_goods = {offer for offer, (goods, _) in self.variants.items() if goods in self.deleted}
        return set(self.deleted) | of_goods

    def unknown_offers(self) -> int:
        """How many named offers belong to no goods of the catalogue."""
        return sum(1 for offer in self.offers if offer.partition("#")[0] not in self.deleted)

    def _look_at_goods(self, root: Any) -> None:
        for element in _all(root, "Каталог", "Товары", "Товар"):
            offer, deleted = _text(element, "Ид"), _is_deleted(element)
            goods, _, characteristic = offer.partition("#")
            if characteristic:
                self.deleted.setdefault(goods, False)
                self.variants[offer] = (goods, deleted)
            else:
                self.deleted[goods] = deleted
            self._look_at_prices(element, offer, deleted)

    def _look_at_offers(self, root: Any) -> None:
        for element in root.xpath("descendant-or-self::*[local-name()='ТипЦены']"):
            if _text(element, "Валюта") not in NO_CURRENCY:
                self.lists.add(_text(element, "Ид"))
        offers = (
            *_all(root, "ПакетПредложений", "Предложения", "Предложение"),
            *_all(root, "ИзмененияПакетаПредложений", "Предложения", "Предложение"),
        )
        for element in offers:
            offer, deleted = _text(element, "Ид"), _is_deleted(element)
            goods, _, characteristic = offer.partition("#")
            if _text(element, "Наименование") and not deleted:
                self.offers.append(offer)
            if characteristic:
                self.variants[offer] = (goods, deleted)
            self._look_at_prices(element, offer, deleted)
            if not deleted:
                self._look_at_stock(element, offer)

    def _look_at_prices(self, element: Any, offer: str, deleted: bool) -> None:
        for price in element.xpath(_path("Цены", "Цена")):
            if not deleted and _text(price, "Валюта") not in NO_CURRENCY:
                key = (offer, _text(price, "ИдТипаЦены"))
                self.prices[key] = _number(_text(price, "ЦенаЗаЕдиницу"))
                self.named_prices.append(key)

    def _look_at_stock(self, element: Any, offer: str) -> None:
        placed = [
            (place.get("ИдСклада"), place.get("КоличествоНаСкладе"))
            for place in element.xpath(_path("Склад"))
        ]
        placed += [
            (_text(place, "Ид"), _text(place, "Количество"))
            for place in element.xpath(_path("Остатки", "Остаток", "Склад"))
        ]
        total = _text(element, "Количество") or element.xpath(
            f"string({_path('Остатки', 'Остаток', 'Количество')})"
        )
        for place, quantity in placed or ([("default", total)] if total else []):
            self.stock[offer, place] = _number(quantity)


def _is_of_documents(root: Any) -> bool:
    return bool(
        root.xpath("descendant::*[local-name()='Документ']")
        or root.xpath("*/@Идентификатор")
        or root.xpath(_path("Контрагенты"))
    )


def _path(*names: str) -> str:
    return "/".join(f"*[local-name()='{name}']" for name in names)


def _all(root: Any, *names: str) -> Iterator[Any]:
    found: Iterator[Any] = iter(root.xpath("descendant-or-self::" + _path(*names)))
    return found


def _text(element: Any, name: str) -> str:
    return str(element.xpath(f"string({_path(name)})")).strip()


def _is_deleted(element: Any) -> bool:
    status = element.get("Статус") or _text(element, "Статус")
    return status == "Удален" or _text(element, "ПометкаУдаления") == "true"


def _number(written: str) -> Decimal:
    return Decimal("".join(written.split()).replace(",", ".") or "0")
