"""What the kernel and the run know already, so that raw values can be staged as typed ones."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from msgspec import Struct

from fondaco_sdk.types.records import AttributeKind

encode = msgspec.json.Encoder(decimal_format="number").encode

CODE_LIMIT = 100
PREFIX = "sku:"
_CACHED = 50_000
_SPACES = str.maketrans("", "", " \u00a0\u2009\u202f")


class Known(Struct):
    """Units by code, VAT codes, attributes with their options; grows while a run is read.

    `article_key` makes the comparing form of a code.
    """

    article_key: Callable[[str], str]
    units: dict[str, str] = {}
    vat: frozenset[str] = frozenset()
    attributes: dict[str, tuple[str, Mapping[str, str]]] = {}
    typed: dict[tuple[str, tuple[str, ...]], Any] = {}

    def reference(self, external_id: str) -> str:
        """The staged form of a product's id: `sku:` and the article key, or the id itself."""
        if external_id.startswith(PREFIX):
            return PREFIX + self.article_key(external_id[len(PREFIX) :])
        return external_id

    def code(self, value: str) -> tuple[str, str] | None:
        """(value, key) of an article, code or barcode; None if it is too long to be one."""
        key = self.article_key(value)
        return None if len(value) > CODE_LIMIT or len(key) > CODE_LIMIT else (value, key)

    def value(self, attribute: str, raw: tuple[str, ...]) -> Any:
        """Raw values as the attribute's kind has them: one value, or a list of several."""
        found = self.typed.get((attribute, raw))
        if found is None:
            kind, options = self.attributes.get(attribute, (AttributeKind.TEXT, {}))
            values = [_typed(kind, options, text) for text in raw]
            found = values[0] if len(values) == 1 else values
            if len(self.typed) < _CACHED:
                self.typed[attribute, raw] = found
        return found

    def learn_attribute(self, external_id: str, kind: str, options: Mapping[str, str]) -> None:
        """Values that come after this are read as of that kind."""
        before = self.attributes.get(external_id, (AttributeKind.TEXT, {}))
        self.attributes[external_id] = (kind, options)
        if before != (kind, options):
            self.typed.clear()

    def packs(self, packs: Sequence[tuple[str, str, Decimal]]) -> list[dict[str, str]]:
        """Packs as the product keeps them."""
        return [
            {"name": name or self.units.get(code, code), "factor": f"{factor.normalize():f}"}
            for code, name, factor in packs
            if factor > 0
        ]


def _typed(kind: str, options: Mapping[str, str], text: str) -> str | Decimal:
    if kind == AttributeKind.OPTION:
        return options.get(text, text)
    if kind == AttributeKind.NUMBER:
        try:
            number = Decimal(text.translate(_SPACES).replace(",", "."))
        except InvalidOperation:
            return text
        return number if number.is_finite() and abs(number.adjusted()) < 30 else text
    return text
