"""What goods and offers say of themselves, as columns of the staging tables."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from msgspec import UNSET, UnsetType

from fondaco.exchange.staging.known import Known, encode
from fondaco_sdk.types.records import ProductRecord, VariantRecord

NAME_LIMIT = 300
"""Names are sorted by an index, whose entries have a largest size."""

_MULTIPLE_LIMIT = Decimal(10) ** 12
_WEIGHT_LIMIT = Decimal(10) ** 8
_SIZE_LIMIT = Decimal(10) ** 7
_CHARACTERISTIC = "name:"

Record: TypeAlias = ProductRecord | VariantRecord


class Content:
    """Reads fields of goods and offers; `None` (NULL) where the source says nothing.

    `new_units` and `new_attributes` collect what only goods have named so far.
    """

    def __init__(self, known: Known, remark: Callable[..., None]) -> None:
        self.new_units: list[tuple[str, str]] = []
        self.new_attributes: list[tuple[str, str]] = []
        self._known = known
        self._remark = remark

    def of_goods(self, record: ProductRecord) -> tuple[Any, ...]:
        """The columns from `name` to `images`, in the order of the table."""
        sku, code, barcodes = self.codes(record)
        attributes = self.attributes(record)
        packs = self.packs(record)
        categories = _said(record.category_external_ids)
        images = _said(record.images)
        return (
            self.name(record),
            _said(record.full_name),
            *(sku or (None, None)),
            *(code or (None, None)),
            None if barcodes is None else encode(barcodes).decode(),
            _said(record.description),
            self.unit(record),
            None if packs is None else encode(packs).decode(),
            self.multiple(record),
            self.vat(record),
            _said(record.brand),
            _said(record.country),
            self.measure(record, "weight", record.weight_kg, _WEIGHT_LIMIT),
            *(
                self.measure(record, "size", size, _SIZE_LIMIT)
                for size in (record.length_cm, record.width_cm, record.height_cm)
            ),
            None if categories is None else (categories[0] if categories else ""),
            None if attributes is None else encode(attributes).decode(),
            None if images is None else encode(images).decode(),
        )

    def name(self, record: Record) -> str | None:
        """The name; an empty one says nothing."""
        name: str | None = _said(record.name)
        if not name:
            return None
        if len(name) > NAME_LIMIT:
            self._remark("product.name_cut", record.external_id, limit=str(NAME_LIMIT))
            return name[:NAME_LIMIT].rstrip()
        return name

    def codes(
        self, record: Record
    ) -> tuple[tuple[str, str] | None, tuple[str, str] | None, list[tuple[str, str]] | None]:
        """(article, ERP code, barcodes), each with its article key."""
        barcodes = _said(record.barcodes)
        return (
            self._code(record, record.sku),
            self._code(record, record.code),
            None
            if barcodes is None
            else sorted({code for value in barcodes if (code := self._code(record, value))}),
        )

    def _code(self, record: Record, value: str | UnsetType) -> tuple[str, str] | None:
        if isinstance(value, UnsetType):
            return None
        code = self._known.code(value)
        if code is None:
            self._remark("product.code_too_long", record.external_id, value=value)
        return code

    def unit(self, record: Record) -> str | None:
        """The unit's code; a unit that has only a name is known by its name."""
        code, name = _said(record.unit_code) or "", _said(record.unit_name) or ""
        if not code and not name:
            return None
        code = (code or self._code_of_unit(name))[:40]
        if code not in self._known.units:
            self._known.units[code] = name or code
            self.new_units.append((code, name or code))
        return code

    def _code_of_unit(self, name: str) -> str:
        wanted = name.casefold()
        same = (code for code, known in self._known.units.items() if known.casefold() == wanted)
        return next(same, name)

    def packs(self, record: Record) -> list[dict[str, str]] | None:
        """The packs as the product keeps them."""
        packs = _said(record.packs)
        return None if packs is None else self._known.packs(packs)

    def multiple(self, record: Record) -> Decimal | None:
        """The step of sale; what is no step says nothing."""
        multiple = _said(record.multiple)
        return multiple if multiple is not None and 0 < multiple < _MULTIPLE_LIMIT else None

    def vat(self, record: ProductRecord) -> str | None:
        """The VAT code, if it is one."""
        code: str | None = _said(record.vat)
        if code is None or code in self._known.vat:
            return code
        self._remark("product.vat_unknown", record.external_id, value=code)
        return None

    def measure(
        self, record: ProductRecord, kind: str, value: Decimal | UnsetType | None, limit: Decimal
    ) -> Decimal | None:
        """A weight or a size; 0 for "none"."""
        if isinstance(value, UnsetType):
            return None
        if value is None:
            return Decimal(0)
        if 0 <= value < limit:
            return value
        self._remark(f"product.{kind}_unreadable", record.external_id, value=str(value))
        return None

    def attributes(self, record: ProductRecord) -> Mapping[str, Any] | None:
        """Typed values by attribute, with the characteristics; those without a value are gone."""
        if record.attributes is UNSET and not record.characteristics:
            return None
        return {**self.values(record), **self.characteristics(record)}

    def values(self, record: Record) -> Mapping[str, Any]:
        """Typed values by attribute."""
        value = self._known.value
        raw = _said(record.attributes) or {}
        return {name: value(name, values) for name, values in raw.items() if values}

    def characteristics(self, record: Record) -> Mapping[str, str]:
        """Characteristics as values of attributes that are known by their name."""
        found: dict[str, str] = {}
        for name, value in record.characteristics:
            external_id = f"{_CHARACTERISTIC}{name}"[:NAME_LIMIT]
            if external_id not in self._known.attributes:
                self._known.learn_attribute(external_id, "text", {})
                self.new_attributes.append((external_id, name[:NAME_LIMIT]))
            found[external_id] = value
        return found


def said_of(content: Content, record: VariantRecord) -> dict[str, Any]:
    """What an offer says of itself, by the names that `fondaco.catalog.merge` reads."""
    sku, code, barcodes = content.codes(record)
    said: dict[str, Any] = {
        "name": content.name(record),
        "sku": sku,
        "code": code,
        "barcodes": barcodes,
        "unit": content.unit(record),
        "multiple": content.multiple(record),
        "packs": content.packs(record),
        "attributes": None if record.attributes is UNSET else content.values(record),
    }
    if record.characteristics:
        said["characteristics"] = content.characteristics(record)
        said["label"] = ", ".join(value for _, value in record.characteristics)[:NAME_LIMIT]
    return {name: value for name, value in said.items() if value is not None}


def _said(value: Any) -> Any:
    return None if value is UNSET else value
