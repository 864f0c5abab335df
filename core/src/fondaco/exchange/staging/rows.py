"""Records of an importer as rows of the staging tables, with what is wrong with each by itself."""

from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from fondaco.exchange.staging.goods import Content, said_of
from fondaco.exchange.staging.known import PREFIX, Known, encode
from fondaco_sdk.types.records import (
    AttributeRecord,
    CategoryRecord,
    CostRecord,
    ImportRecord,
    PackageRecord,
    PlaceRecord,
    PriceListRecord,
    PriceRecord,
    ProductRecord,
    Record,
    RefusedRecord,
    StockRecord,
    UnitRecord,
    VariantRecord,
)

ID_LIMIT = 255
TOTAL = "default"
"""The place of a quantity for which the source names none."""

_TEXT_LIMIT = 200
_GROUP_LIMIT = 100
_ONE = Decimal(1)
_PRICE_STEP = Decimal("0.0001")
_PRICE_LIMIT = Decimal(10) ** 11
_QUANTITY_LIMIT = Decimal(10) ** 12

REMARKS: Final = frozenset(
    {
        "product.picture_outside",
        "product.size_unreadable",
        "product.vat_unknown",
        "product.weight_unreadable",
        "unit.pack_unreadable",
    }
)
"""Refusals of a reader that concern one field: the record itself was accepted."""

COUNTED: Final = {
    ProductRecord: "read.products",
    VariantRecord: "read.offers",
    PriceRecord: "read.prices",
    StockRecord: "read.stock",
    CostRecord: "read.costs",
}


class Chunk(Struct):
    """Rows by staging table, refusals, and how many records of the source they stand for."""

    rows: dict[str, list[tuple[Any, ...]]]
    refusals: list[tuple[Any, ...]]
    counts: Counter[str]
    seq: int
    finished: bool = False


class Stager:
    """Turns the records of one run into rows; those up to `skip` are only remembered."""

    def __init__(self, run_id: int, known: Known, skip: int = 0) -> None:
        self.seq = 0
        self._run = run_id
        self._known = known
        self._skip = skip
        self._content = Content(known, self._remark)
        self._member = ""
        self._section = 0
        self._opened = False
        self._row = 0
        self._clear()
        self._take: dict[type[Record], Callable[[Any], None]] = {
            UnitRecord: self._unit,
            CategoryRecord: self._category,
            AttributeRecord: self._attribute,
            PriceListRecord: self._price_list,
            PlaceRecord: self._place,
            ProductRecord: self._product,
            VariantRecord: self._variant,
            PriceRecord: self._price,
            StockRecord: self._stock,
            CostRecord: self._cost,
            RefusedRecord: self._refused,
        }

    def member(self, name: str) -> None:
        """The records that follow are of this file."""
        self._member = name[:_TEXT_LIMIT]
        self._opened = False

    def take(self, record: ImportRecord) -> None:
        """One record, in the order of the source."""
        self.seq += 1
        kind = type(record)
        if isinstance(record, PackageRecord):
            self._open(record)
            return
        if not self._opened:
            self._open(None)
        if self.seq <= self._skip:
            if kind is AttributeRecord or kind is UnitRecord:
                self._take[kind](record)
                self._clear()
            return
        self._row = record.row
        if kind in COUNTED:
            self._counts[COUNTED[kind]] += 1
        self._take[kind](record)

    def chunk(self, *, finished: bool = False) -> Chunk:
        """What was taken since the last chunk."""
        made = Chunk(self._rows, self._refusals, self._counts, self.seq, finished)
        self._clear()
        return made

    def _clear(self) -> None:
        self._rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._refusals: list[tuple[Any, ...]] = []
        self._counts: Counter[str] = Counter()

    def _open(self, header: PackageRecord | None) -> None:
        self._section += 1
        self._opened = True
        if self.seq > self._skip:
            kind, complete, catalog, made_at = ("", False, "", None) if header is None else (
                header.section.value, header.full, header.catalog_id[:ID_LIMIT],
                header.generated_at,
            )  # fmt: skip
            self._rows["section"].append(
                (self._run, self._section, self._member, kind, complete, catalog, made_at)
            )

    def _put(self, table: str, *values: Any) -> None:
        self._rows[table].append((self._run, self.seq, self._section, self._row, *values))

    def _id(self, record: Record, external_id: str, kind: str) -> bool:
        """Whether the thing can be known under this id; refuses it if not."""
        if external_id and external_id != PREFIX and len(external_id) <= ID_LIMIT:
            return True
        name = getattr(record, "name", UNSET)
        shown = "" if isinstance(name, UnsetType) else name
        self._refuse(f"{kind}.id_too_long" if external_id else f"{kind}.id_missing", shown)
        return False

    def _refuse(self, code: str, reference: str, *, warning: bool = False, **params: str) -> None:
        cut = {name: value[:_TEXT_LIMIT] for name, value in params.items()}
        self._refusals.append(
            (self._run, self._member, min(self._row, 2**31 - 1), reference[:_TEXT_LIMIT], code,
             encode(cut).decode(), warning)
        )  # fmt: skip
        self._counts["warnings" if warning else "refused"] += 1

    def _remark(self, code: str, reference: str, **params: str) -> None:
        self._refuse(code, reference, warning=True, **params)

    def _unit(self, record: UnitRecord) -> None:
        if self._id(record, record.code, "unit"):
            self._known.units[record.code] = record.name
            self._put("unit", record.code, record.name or record.code, record.full_name,
                      record.international)  # fmt: skip

    def _category(self, record: CategoryRecord) -> None:
        if self._id(record, record.external_id, "category"):
            parent = record.parent_external_id
            self._put("category", record.external_id, record.name or None,
                      parent if parent is None else parent[:ID_LIMIT], record.deleted)  # fmt: skip

    def _attribute(self, record: AttributeRecord) -> None:
        if self._id(record, record.external_id, "attribute"):
            options = dict(record.options)
            self._known.learn_attribute(record.external_id, record.kind.value, options)
            self._put("attribute", record.external_id, record.name or None, record.kind.value,
                      encode(options).decode(), record.deleted)  # fmt: skip

    def _price_list(self, record: PriceListRecord) -> None:
        if self._id(record, record.external_id, "price_list"):
            currency = record.currency.upper()
            if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
                self._refuse("price_list.currency_unknown", record.name or record.external_id,
                             currency=record.currency)  # fmt: skip
                return
            self._put("price_list", record.external_id, record.name or None, currency,
                      record.vat_included, record.deleted)  # fmt: skip

    def _place(self, record: PlaceRecord) -> None:
        if self._id(record, record.external_id, "place"):
            self._put("place", record.external_id, record.name or None, record.address or None,
                      record.deleted)  # fmt: skip

    def _product(self, record: ProductRecord) -> None:
        external_id = self._known.reference(record.external_id)
        if self._id(record, external_id, "product"):
            content = self._content.of_goods(record)
            self._put_units()
            self._put("product", external_id, *content, record.deleted)

    def _variant(self, record: VariantRecord) -> None:
        external_id = self._known.reference(record.external_id)
        goods = self._known.reference(record.product_external_id)
        if self._id(record, external_id, "offer") and self._id(record, goods, "product"):
            said = said_of(self._content, record)
            self._put_units()
            self._put("variant", external_id, goods, encode(said).decode(), record.deleted)

    def _put_units(self) -> None:
        """Units and attributes that goods name and no list has."""
        for code, name in self._content.new_units:
            self._rows["unit"].append(
                (self._run, self.seq, self._section, 0, code, name, "", "")
            )  # fmt: skip
        for external_id, name in self._content.new_attributes:
            self._rows["attribute"].append(
                (self._run, self.seq, self._section, 0, external_id, name, "text", "{}", False)
            )
        self._content.new_units.clear()
        self._content.new_attributes.clear()

    def _price(self, record: PriceRecord) -> None:
        offer = record.offer_external_id
        if offer.startswith(PREFIX):
            offer = self._known.reference(offer)
        price = record.price
        if price is not None:
            if record.factor != _ONE:
                price = price / record.factor if record.factor > 0 else Decimal("NaN")
            if not (price.is_finite() and 0 <= price < _PRICE_LIMIT):
                self._refuse("price.unreadable", record.offer_external_id, value=str(record.price))
                return
            if price < _PRICE_STEP:
                price = None
        if not 0 <= record.min_quantity < _QUANTITY_LIMIT:
            self._refuse("price.unreadable", record.offer_external_id,
                         value=str(record.min_quantity))  # fmt: skip
            return
        self._rows["price"].append(
            (self._run, self.seq, self._section, record.row, offer, record.price_list_external_id,
             record.min_quantity, price, record.currency.upper(), record.vat_included)
        )  # fmt: skip

    def _stock(self, record: StockRecord) -> None:
        offer = record.offer_external_id
        if offer.startswith(PREFIX):
            offer = self._known.reference(offer)
        quantity = record.quantity
        if not (quantity.is_finite() and abs(quantity) < _QUANTITY_LIMIT):
            self._refuse("stock.unreadable", record.offer_external_id, value=str(quantity))
            return
        if (record.lot or record.arrives_on) and (wrong := _wrong_lot(record)):
            self._refuse(wrong, record.offer_external_id, lot=record.lot, quantity=str(quantity))
            return
        if quantity < 0:
            self._remark("stock.negative", record.offer_external_id, quantity=str(quantity))
        self._rows["stock"].append(
            (self._run, self.seq, self._section, record.row, offer,
             record.place_external_id or TOTAL, quantity, record.lot, record.arrives_on)
        )  # fmt: skip

    def _cost(self, record: CostRecord) -> None:
        offer = self._known.reference(record.offer_external_id)
        cost = record.cost
        if isinstance(cost, Decimal) and not (
            cost.is_finite() and _PRICE_STEP <= cost < _PRICE_LIMIT
        ):
            self._refuse("cost.unreadable", record.offer_external_id, value=str(cost))
            return
        group = None if isinstance(record.price_group, UnsetType) else record.price_group.strip()
        self._put("cost", offer, not isinstance(cost, UnsetType),
                  None if isinstance(cost, UnsetType) else cost, record.currency.upper(),
                  record.vat_included, None if group is None else group[:_GROUP_LIMIT])  # fmt: skip

    def _refused(self, record: RefusedRecord) -> None:
        self._refuse(record.code[:ID_LIMIT], record.reference, warning=record.code in REMARKS,
                     **record.params)  # fmt: skip


def _wrong_lot(record: StockRecord) -> str:
    """Why a lot cannot be taken, or ""; whether its day has passed is seen by the place's clock."""
    if not record.lot or len(record.lot) > ID_LIMIT:
        return "stock.lot_number"
    if record.arrives_on is None:
        return "stock.lot_undated"
    if record.place_external_id is None:
        return "stock.lot_nowhere"
    return "stock.lot_negative" if record.quantity < 0 else ""
