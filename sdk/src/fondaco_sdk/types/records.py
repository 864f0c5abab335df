"""What an importer hands to the kernel's staging importer, whatever dialect it was read from.

An adapter (CommerceML, a price list in Excel, ...) reads its source as a stream and yields these
records in the order of the source; the kernel stages, validates and merges them. External ids are
opaque strings of the ERP, already stripped. `row` is the place in the source a person can find: the
line of an XML file, the row of a sheet; it comes back in the report.

A field that the source does not mention is `UNSET` and leaves what the kernel knows; `None` or an
empty value clears it. Prices are per base unit unless `factor` says otherwise.

A list that knows articles and no ids (Excel, CSV) names a product by `sku:` and the article, as
written: `offer_external_id="sku:LF-3032"`, the same in `ProductRecord.external_id`. The kernel
finds the product by its article key; an article that several products on sale share is refused. A
product that is not found becomes a new one, with the external id `sku:` and its article key. No id
of an ERP may begin with `sku:`.

A source may say something of the same thing twice: the later record wins, field by field.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from msgspec import UNSET, Struct, UnsetType


class Section(StrEnum):
    """Which part of the exchange a package header opens."""

    CLASSIFIER = "classifier"
    CATALOG = "catalog"
    OFFERS = "offers"


class AttributeKind(StrEnum):
    """The type of an attribute's values."""

    TEXT = "text"
    NUMBER = "number"
    OPTION = "option"
    MOMENT = "moment"


class Record(Struct, frozen=True, kw_only=True, tag=True, gc=False):
    """The base of all records."""

    row: int


class PackageRecord(Record, frozen=True, kw_only=True):
    """Opens a section. `full`: the section is a snapshot; what it does not name is gone.

    A snapshot speaks only of the types of record it holds (an ERP may split offers, prices and
    stock into files that each say so), and may continue in the next file of the same catalogue.
    """

    section: Section
    full: bool
    catalog_id: str = ""
    schema_version: str = ""
    generated_at: datetime | None = None


class UnitRecord(Record, frozen=True, kw_only=True):
    """A unit of measure; `code` is the OKEI code."""

    code: str
    name: str
    full_name: str = ""
    international: str = ""


class CategoryRecord(Record, frozen=True, kw_only=True):
    """A group of the classifier."""

    external_id: str
    name: str
    parent_external_id: str | None = None
    deleted: bool = False


class AttributeRecord(Record, frozen=True, kw_only=True):
    """A property of the classifier; `options` maps an option's id to its text."""

    external_id: str
    name: str
    kind: AttributeKind = AttributeKind.TEXT
    options: Mapping[str, str] = {}
    deleted: bool = False


class PriceListRecord(Record, frozen=True, kw_only=True):
    """A price type of the ERP; `currency` is ISO 4217, empty if the ERP does not say."""

    external_id: str
    name: str
    currency: str
    vat_included: bool | None = None
    deleted: bool = False


class PlaceRecord(Record, frozen=True, kw_only=True):
    """A warehouse of the ERP."""

    external_id: str
    name: str
    address: str = ""
    deleted: bool = False


class ProductRecord(Record, frozen=True, kw_only=True):
    """Goods of the catalogue. With variants (see `VariantRecord`) they become a family.

    `vat` is a VAT code: "22", "20", "18", "10", "7", "5", "0" or "novat". `code` is the number
    under which people know it in the ERP; `multiple` the step in which it is sold, in base units.
    `attributes` maps an attribute's external id to its raw values; `images` are paths relative to
    the package, the first is the main one; `packs` are (unit code, unit name, factor);
    `characteristics` and `extra` are (name, value) as the ERP names them. Weight and sizes are
    those of one base unit.
    """

    external_id: str
    name: str | UnsetType = UNSET
    full_name: str | UnsetType = UNSET
    sku: str | UnsetType = UNSET
    code: str | UnsetType = UNSET
    barcodes: tuple[str, ...] | UnsetType = UNSET
    description: str | UnsetType = UNSET
    unit_code: str | UnsetType = UNSET
    unit_name: str | UnsetType = UNSET
    packs: tuple[tuple[str, str, Decimal], ...] | UnsetType = UNSET
    multiple: Decimal | UnsetType = UNSET
    vat: str | UnsetType = UNSET
    brand: str | UnsetType = UNSET
    country: str | UnsetType = UNSET
    weight_kg: Decimal | UnsetType | None = UNSET
    length_cm: Decimal | UnsetType | None = UNSET
    width_cm: Decimal | UnsetType | None = UNSET
    height_cm: Decimal | UnsetType | None = UNSET
    category_external_ids: tuple[str, ...] | UnsetType = UNSET
    attributes: Mapping[str, tuple[str, ...]] | UnsetType = UNSET
    images: tuple[str, ...] | UnsetType = UNSET
    characteristics: tuple[tuple[str, str], ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    service: bool = False
    deleted: bool = False


class VariantRecord(Record, frozen=True, kw_only=True):
    """An offer: the sellable unit. `external_id` is the goods id, or `goods#characteristic`."""

    external_id: str
    product_external_id: str
    name: str | UnsetType = UNSET
    sku: str | UnsetType = UNSET
    code: str | UnsetType = UNSET
    barcodes: tuple[str, ...] | UnsetType = UNSET
    unit_code: str | UnsetType = UNSET
    unit_name: str | UnsetType = UNSET
    packs: tuple[tuple[str, str, Decimal], ...] | UnsetType = UNSET
    multiple: Decimal | UnsetType = UNSET
    attributes: Mapping[str, tuple[str, ...]] | UnsetType = UNSET
    characteristics: tuple[tuple[str, str], ...] = ()
    deleted: bool = False


class PriceRecord(Record, frozen=True, kw_only=True):
    """One price of one offer in one price list, from `min_quantity` base units on.

    `price` None: the offer has no price in this list (a zero price of the ERP means the same).
    `factor`: how many base units the price is for. `currency` empty: that of the price list.
    """

    offer_external_id: str
    price_list_external_id: str
    price: Decimal | None
    currency: str
    min_quantity: Decimal = Decimal(0)
    vat_included: bool | None = None
    factor: Decimal = Decimal(1)


class StockRecord(Record, frozen=True, kw_only=True):
    """What the ERP reports for one offer; `place_external_id` None: in all, no warehouse named.

    `quantity` may be negative: the kernel keeps it, shows none, and reports it. Of a `lot` on its
    way it is at least 0, and the place and the day on which it `arrives_on`, of the place's own
    calendar, are named. Once a snapshot names lots, those that it does not name are taken off,
    unless some of them is held.
    """

    offer_external_id: str
    place_external_id: str | None
    quantity: Decimal
    lot: str = ""
    arrives_on: date | None = None


class CostRecord(Record, frozen=True, kw_only=True):
    """What a base unit of one offer costs us, and its price group; for floors, caps, the matrix.

    `cost` None: it has none. `currency` empty: that of the cost before, or the site's.
    """

    offer_external_id: str
    cost: Decimal | UnsetType | None = UNSET
    currency: str = ""
    vat_included: bool = False
    price_group: str | UnsetType = UNSET


class RefusedRecord(Record, frozen=True, kw_only=True):
    """A record the adapter could not read; goes to the report, the others go on.

    `code` is stable (`price.currency_unknown`), `params` its values, `reference` what a person can
    look for (an id, an article, a name).
    """

    code: str
    reference: str = ""
    params: Mapping[str, str] = {}


ImportRecord: TypeAlias = (
    PackageRecord
    | UnitRecord
    | CategoryRecord
    | AttributeRecord
    | PriceListRecord
    | PlaceRecord
    | ProductRecord
    | VariantRecord
    | PriceRecord
    | StockRecord
    | CostRecord
    | RefusedRecord
)
