"""Products as they change: fields that a record leaves out stay, and offers inherit as ever."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace
from sqlalchemy import text

from fondaco.builtin.erp.rows import unfit
from fondaco.builtin.erp.staged import merge
from fondaco.builtin.erp.versions import Versions
from fondaco.hooks.context import ActContext
from fondaco.search.documents import rebuild
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.records import (
    ImportRecord,
    PackageRecord,
    ProductRecord,
    Section,
    VariantRecord,
)

FIELDS = (
    "name", "full_name", "sku", "code", "barcodes", "description", "unit", "packs", "multiple",
    "vat", "brand", "country", "weight_kg", "length_cm", "width_cm", "height_cm", "categories",
    "attributes", "characteristics", "deleted",
)  # fmt: skip
# Goods with variants are not on sale themselves, and that says nothing of them.
_OFF_SALE = text(
    """
    select p.external_id from fondaco.product p
     where p.external_id = any(cast(:ids as text[])) and not p.active
       and not exists (select from fondaco.family f where f.external_id = p.external_id)
    """
)
_CHANGED = text("select id from fondaco.product where changed_at = now() order by id")


class Pack(Struct, frozen=True, kw_only=True):
    """How many base units a pack holds; `unit` is its OKEI code, `name` how people call it."""

    factor: Decimal
    unit: str = ""
    name: str = ""


class ProductChange(Struct, frozen=True, kw_only=True):
    """A product by the ERP's id; with `goods` a variant of them (`goods#characteristic`).

    A field left out stays as it is; `deleted` takes it off sale. `categories` are the ERP's ids,
    the first counts; `attributes` map an attribute's id to its raw values; `weight_kg` and
    the sizes null: none.
    """

    external_id: str
    goods: str = ""
    name: str | UnsetType = UNSET
    full_name: str | UnsetType = UNSET
    sku: str | UnsetType = UNSET
    code: str | UnsetType = UNSET
    barcodes: tuple[str, ...] | UnsetType = UNSET
    description: str | UnsetType = UNSET
    unit: str | UnsetType = UNSET
    packs: tuple[Pack, ...] | UnsetType = UNSET
    multiple: Decimal | UnsetType = UNSET
    vat: str | UnsetType = UNSET
    brand: str | UnsetType = UNSET
    country: str | UnsetType = UNSET
    weight_kg: Decimal | UnsetType | None = UNSET
    length_cm: Decimal | UnsetType | None = UNSET
    width_cm: Decimal | UnsetType | None = UNSET
    height_cm: Decimal | UnsetType | None = UNSET
    categories: tuple[str, ...] | UnsetType = UNSET
    attributes: Mapping[str, tuple[str, ...]] | UnsetType = UNSET
    characteristics: Mapping[str, str] | UnsetType = UNSET
    deleted: bool | UnsetType = UNSET
    version: int = 0


async def take_products(act: Act, records: Sequence[ProductChange]) -> Report:
    """Merge what is new of each product, field by field; what a search finds follows at once."""
    ids = list(dict.fromkeys(record.external_id for record in records))
    versions = await Versions.read(act, "product", ids)
    off_sale = {row[0] for row in await act.fetch(_OFF_SALE, {"ids": ids})}
    refused: dict[str, Reason] = {}
    wanted: dict[str, tuple[int, ProductChange]] = {}
    for place, record in enumerate(records):
        if wrong := unfit(record.external_id):
            refused[record.external_id] = wrong
            continue
        news = _news(record, versions)
        if news:
            before = wanted.get(record.external_id)
            base = before[1] if before else _silent(record, record.external_id in off_sale)
            wanted[record.external_id] = (place, replace(base, goods=record.goods, **news))
    names = {place + 1: key for key, (place, _) in wanted.items()}
    if wanted:
        found = await merge(act, _package(wanted.values()), ("catalogue",))
        refused |= {names[row]: reason for row, reason in found.items()}
        own = cast("ActContext", act)
        await rebuild(own.connection, [row[0] for row in await act.fetch(_CHANGED)])
    for key in refused:
        versions.forget(key)
    await versions.write(act)
    unmatched = tuple(
        Unmatched(place, record.sku or record.external_id, refused[record.external_id])
        for place, record in enumerate(records)
        if record.external_id in refused
    )
    return Report(len(records) - len(unmatched), unmatched)


def _news(record: ProductChange, versions: Versions) -> dict[str, Any]:
    """Of what a record says, that on which nothing newer was said; remembered."""
    said = {name: getattr(record, name) for name in FIELDS}
    said = {name: value for name, value in said.items() if value is not UNSET}
    newer = versions.newer(record.external_id, record.version, said)
    versions.remember(record.external_id, record.version, newer)
    return {name: value for name, value in said.items() if name in newer}


def _silent(record: ProductChange, off_sale: bool) -> ProductChange:
    """A record that says nothing: what is off sale stays so until somebody says otherwise."""
    return ProductChange(external_id=record.external_id, deleted=off_sale)


def _package(wanted: Iterable[tuple[int, ProductChange]]) -> Sequence[ImportRecord]:
    wanted = list(wanted)
    goods = [_staged(place + 1, one) for place, one in wanted if not one.goods]
    offers = [_staged(place + 1, one) for place, one in wanted if one.goods]
    package: list[ImportRecord] = []
    for section, some in ((Section.CATALOG, goods), (Section.OFFERS, offers)):
        if some:
            package += [PackageRecord(row=0, section=section, full=False), *some]
    return package


def _staged(row: int, one: ProductChange) -> ImportRecord:
    packs: tuple[tuple[str, str, Decimal], ...] | UnsetType = UNSET
    if not isinstance(one.packs, UnsetType):
        packs = tuple((pack.unit, pack.name, pack.factor) for pack in one.packs)
    named = one.characteristics
    characteristics = () if isinstance(named, UnsetType) else tuple(named.items())
    if one.goods:
        return VariantRecord(
            row=row,
            external_id=one.external_id,
            product_external_id=one.goods,
            name=one.name,
            sku=one.sku,
            code=one.code,
            barcodes=one.barcodes,
            unit_code=one.unit,
            packs=packs,
            multiple=one.multiple,
            attributes=one.attributes,
            characteristics=characteristics,
            deleted=one.deleted is True,
        )
    return ProductRecord(
        row=row,
        external_id=one.external_id,
        name=one.name,
        full_name=one.full_name,
        sku=one.sku,
        code=one.code,
        barcodes=one.barcodes,
        description=one.description,
        unit_code=one.unit,
        packs=packs,
        multiple=one.multiple,
        vat=one.vat,
        brand=one.brand,
        country=one.country,
        weight_kg=one.weight_kg,
        length_cm=one.length_cm,
        width_cm=one.width_cm,
        height_cm=one.height_cm,
        category_external_ids=one.categories,
        attributes=one.attributes,
        characteristics=characteristics,
        deleted=one.deleted is True,
    )
