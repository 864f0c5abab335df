"""What the heading of a column says about it; a hint, the content decides."""

import re

from msgspec import Struct

LONGEST_HEADING = 60

# The first that fits the whole heading wins, so what must not be mistaken for a quantity, like the
# pieces in a pack or the number of an order, stands before the quantity.
_PATTERNS: tuple[tuple[str, float, tuple[str, ...]], ...] = (
    (
        "other",
        1.0,
        (
            r"(номер|№|n|дата) (заказа|заявки|счета|документа)",
            r"order (no|number|date|id)",
            r".*\b(цена|стоимость|сумма|ндс|скидка|price|sum|amount|cost|vat|discount)\b.*",
            r".*\b(остат(ок|ки)|наличи[еи]|резерв|свободно|склад\w*|stock|available)\b.*",
            r".*\b(кратност\w*|упак\w*|уп|вес|объем|мест\w*)\b.*",
            r".*\b(weight|volume|pack(s|ing|age)?|min|moq|multiple)\b.*",
            r"(ед|единиц\w*)\b.*|unit|uom",
            r"бренд|производител\w*|марка|brand|vendor|manufacturer|дата|date",
        ),
    ),
    (
        "number",
        1.0,
        (
            r"№|n|no|номер|(№|n|номер)? ?п ?п|номер строки",
            r"line|row|pos|поз",
        ),
    ),
    (
        "article",
        1.0,
        (
            r"(артикулы?|арт)\b.*|sku\b.*",
            r"(part|item|article|catalog(ue)?) ?(no|number|num|code|№)",
        ),
    ),
    (
        "article",
        0.95,
        (
            r"(кат|каталожн\w*|каталог) ?(номер|№|n|код)?",
            r"p n|pn|mpn|partnumber|article",
            r"(номер|№|код) (детали|запчасти|зч|з ч|товара|позиции|изделия)",
        ),
    ),
    (
        "article",
        0.8,
        (
            r"код\b.*|.*\bкод|code\b.*|part|item",
            r"номенклатурный номер|oem\b.*|оригинальный номер",
        ),
    ),
    ("article", 0.4, (r"штрих ?код\w*|barcode|ean\b.*|gtin",)),
    (
        "quantity",
        1.0,
        (r"(кол во|количество|колво|кол|к во|qty|quantity|q ty|к заказу)\b.*",),
    ),
    (
        "quantity",
        0.9,
        (
            r"(заказ\w*|заявка|потребность|требуется|нужно|шт|штук)\b.*",
            r"(order\w*|required|pcs)\b.*",
        ),
    ),
    (
        "name",
        1.0,
        (
            r"(наименование|название|товары?|описание)\b.*",
            r"(name|description|title|product)\b.*",
        ),
    ),
    ("name", 0.8, (r"номенклатура\b.*|позиция|goods",)),
)
_COMPILED = tuple(
    (role, weight, re.compile("|".join(f"(?:{pattern})" for pattern in patterns)))
    for role, weight, patterns in _PATTERNS
)
# "ШТ-100" is an article; of the headings only those that name 1C have a digit.
_DIGITS = re.compile(r"[0-9](?![CcСс])")
_PUNCTUATION = re.compile(r"[^\w№]+")


class Heading(Struct, frozen=True):
    """`role`: article, quantity, name, number (of the row), other (known to be none of these)."""

    role: str
    weight: float


def heading_of(text: str) -> Heading | None:
    """How surely the text heads which column, or None if it is no heading we know."""
    if not text or len(text) > LONGEST_HEADING or _DIGITS.search(text):
        return None
    words = _PUNCTUATION.sub(" ", text.casefold().replace("ё", "е")).strip()
    for role, weight, pattern in _COMPILED:
        if pattern.fullmatch(words):
            return Heading(role, weight)
    return None
