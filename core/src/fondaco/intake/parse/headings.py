"""What the heading of a column says about it; a hint, the content decides."""

import re

from msgspec import Struct

LONGEST_HEADING = 60

_PATTERNS: tuple[tuple[str, float, str], ...] = (
    # The first that fits wins, so what must not be mistaken for a quantity stands before it.
    ("other", 1.0, r"(номер|№|n|no|дата) (заказа|заявки|счета|документа)|order (no|number|date|id)"),
    ("other", 1.0, r".*\b(цена|стоимость|сумма|ндс|скидка|price|sum|amount|cost|vat|discount)\b.*"),
    ("other", 1.0, r".*\b(остаток|остатки|наличи[еи]|резерв|свободно|склад\w*|stock|available)\b.*"),
    ("other", 1.0, r".*\b(кратност\w*|упак\w*|уп|вес|объем|мест\w*|weight|volume|pack\w*|min\w*)\b.*"),
    ("other", 1.0, r"(ед|единиц\w*)\b.*|unit|uom|бренд|производител\w*|марка|brand|vendor|дата|date"),
    ("number", 1.0, r"№|n|no|номер|п п|№ п п|n п п|номер п п|№ пп|пп|номер строки|line|row|pos|поз\w*"),
    ("article", 1.0, r"(артикул|арт)\b.*|sku\b.*|(part|item|article|catalog\w*) ?(no|number|num|code|№)"),
    ("article", 0.95, r"(кат|каталожный|каталог) ?(номер|№|n)?|p n|pn|mpn|partnumber|article|каталожн.*"),
    ("article", 0.9, r"(номер|№|код) (детали|запчасти|зч|з ч|товара|позиции|изделия)|part|артикулы?"),
    ("article", 0.8, r"код\b.*|code\b.*|номенклатурный номер|.*\bкод|item|oem\b.*|оригинальный номер"),
    ("article", 0.4, r"штрих ?код\w*|barcode|ean\b.*|gtin"),
    ("quantity", 1.0, r"(кол во|количество|колво|кол|к во|qty|quantity|q ty|к заказу)\b.*"),
    ("quantity", 0.9, r"(заказ\w*|заявка|потребность|требуется|нужно|order\w*|required|шт|штук|pcs)\b.*"),
    ("name", 1.0, r"(наименование|название|товар\w*|описание|name|description|title|product)\b.*"),
    ("name", 0.8, r"номенклатура\b.*|позиция|goods"),
)
_COMPILED = tuple((role, weight, re.compile(pattern)) for role, weight, pattern in _PATTERNS)
_PUNCTUATION = re.compile(r"[^\w№]+")


class Heading(Struct, frozen=True):
    """`role`: article, quantity, name, number (of the row), other (known to be none of these)."""

    role: str
    weight: float


def heading_of(text: str) -> Heading | None:
    if not text or len(text) > LONGEST_HEADING:
        return None
    words = _PUNCTUATION.sub(" ", text.casefold().replace("ё", "е")).strip()
    for role, weight, pattern in _COMPILED:
        if pattern.fullmatch(words):
            return Heading(role, weight)
    return None
