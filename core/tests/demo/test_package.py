"""The package: well formed, whole, consistent in itself, and the same for the same seed."""

import re
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from fondaco.demo import PRICE_TYPES, WAREHOUSES, PackageSummary, write_package

SKUS = 2500
NUMBER = re.compile(r"-?[0-9]{1,3}(\u00a0[0-9]{3})*(,[0-9]+)?")


def texts(root: etree._Element, path: str) -> list[str]:
    """The texts at a path of local names, wherever in the document the path begins."""
    first, *rest = path.split("/")
    below = "/".join(f"{{*}}{name}" for name in rest)
    return [found.text or "" for top in root.iter(f"{{*}}{first}") for found in top.findall(below)]


def test_counts_are_what_the_summary_says(
    catalog: etree._Element, offers: etree._Element, summary: PackageSummary
) -> None:
    assert summary.products == SKUS
    assert len(texts(offers, "Предложение/Ид")) == summary.products
    assert len(texts(catalog, "Товар/Ид")) == summary.goods
    assert len(texts(catalog, "Группа/Ид")) == summary.categories == 12 + 65
    assert len(texts(catalog, "Свойство/Ид")) == summary.attributes
    assert len(texts(offers, "Цена/ЦенаЗаЕдиницу")) == summary.prices
    assert sum(len(offer.findall("{*}Склад")) for offer in offers.iter("{*}Предложение")) == (
        summary.stock_rows
    )
    assert summary.stock_rows == SKUS * summary.warehouses
    assert summary.goods < summary.products


def test_it_is_a_full_snapshot_of_version_2_08(
    catalog: etree._Element, offers: etree._Element
) -> None:
    flags = [
        *catalog.xpath("//@СодержитТолькоИзменения"),
        *offers.xpath("//@СодержитТолькоИзменения"),
    ]
    assert flags == ["false", "false"]
    assert catalog.get("ВерсияСхемы") == offers.get("ВерсияСхемы") == "2.08"


def test_every_offer_belongs_to_goods_and_families_have_several(
    catalog: etree._Element, offers: etree._Element
) -> None:
    goods = set(texts(catalog, "Товар/Ид"))
    sold = texts(offers, "Предложение/Ид")
    assert {offer.partition("#")[0] for offer in sold} == goods
    families = {offer.partition("#")[0] for offer in sold if "#" in offer}
    assert len(families) > 20
    assert len(sold) == len(set(sold))
    described = texts(offers, "ХарактеристикаТовара/Значение")
    assert len(described) == sum("#" in offer for offer in sold)


def test_references_into_the_classifier_resolve(catalog: etree._Element) -> None:
    assert set(texts(catalog, "Товар/Группы/Ид")) <= set(texts(catalog, "Группа/Ид"))
    kinds = dict(
        zip(texts(catalog, "Свойство/Ид"), texts(catalog, "Свойство/ТипЗначений"), strict=True)
    )
    options = set(texts(catalog, "Справочник/ИдЗначения"))
    for value in catalog.iter("{*}ЗначенияСвойства"):
        kind = kinds[value.findtext("{*}Ид") or ""]
        said = [element.text or "" for element in value.findall("{*}Значение")]
        assert all(said)
        if kind == "Справочник":
            assert set(said) <= options
        if kind == "Число":
            assert all(NUMBER.fullmatch(text) for text in said)
    assert set(kinds.values()) == {"Справочник", "Число", "Строка"}


def test_units_packs_vat_and_makers(catalog: etree._Element) -> None:
    units = {
        unit.get("Код"): (unit.text or "").strip() for unit in catalog.iter("{*}БазоваяЕдиница")
    }
    assert units == {"796 ": "шт", "839 ": "компл", "112 ": "л", "006 ": "м", "166 ": "кг"}
    assert {"12", "48", "100"} <= set(texts(catalog, "Пересчет/Коэффициент"))
    assert set(texts(catalog, "СтавкаНалога/Ставка")) == {"22"}
    assert len(set(texts(catalog, "Изготовитель/Наименование"))) > 40
    assert {"Россия", "Беларусь", "Германия"} <= set(texts(catalog, "Товар/Страна"))


def test_price_types_and_warehouses_are_the_ones_the_customers_refer_to(
    offers: etree._Element,
) -> None:
    assert texts(offers, "ТипЦены/Ид") == [price_type.external_id for price_type in PRICE_TYPES]
    assert texts(offers, "ТипЦены/Наименование") == [
        "Розничная",
        "Оптовая",
        "Дилерская",
        "Экспорт USD",
    ]
    assert texts(offers, "Склады/Склад/Ид") == [house.external_id for house in WAREHOUSES]
    assert texts(offers, "Склады/Склад/Наименование") == [
        "Москва",
        "Санкт-Петербург",
        "Екатеринбург",
        "Новосибирск",
    ]


def test_pictures_are_there_and_small(
    catalog: etree._Element, folder: Path, summary: PackageSummary
) -> None:
    named = set(texts(catalog, "Товар/Картинка"))
    files = {f"import_files/{path.name}" for path in (folder / "import_files").iterdir()}
    assert named == files
    assert len(files) == summary.pictures == 65
    for name in files:
        assert (folder / name).stat().st_size <= 30_000
        with Image.open(folder / name) as picture:
            assert picture.size == (600, 600)


def test_equal_arguments_give_equal_bytes(folder: Path, tmp_path: Path) -> None:
    write_package(tmp_path, skus=SKUS, seed=7, pictures=65)
    names = sorted(path.relative_to(folder) for path in folder.rglob("*.*"))
    assert names == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert all((folder / name).read_bytes() == (tmp_path / name).read_bytes() for name in names)


def test_another_seed_is_another_catalogue(folder: Path, tmp_path: Path) -> None:
    write_package(tmp_path, skus=300, seed=8)
    other = etree.parse(tmp_path / "import.xml").getroot()
    mine = set(texts(etree.parse(folder / "import.xml").getroot(), "Товар/Ид"))
    assert not mine & set(texts(other, "Товар/Ид"))
    assert not (tmp_path / "import_files").exists()
    assert texts(other, "Товар/Картинка") == []


def test_progress_counts_products(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    write_package(
        tmp_path, skus=1200, seed=1, progress=lambda done, total: heard.append((done, total))
    )
    assert heard == [(500, 1200), (1000, 1200), (1200, 1200)]


@pytest.mark.parametrize("skus", [0, -5, 1_000_001])
def test_a_senseless_size_is_refused_before_anything_is_written(skus: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="skus"):
        write_package(tmp_path / "package", skus=skus, seed=1)
    assert not (tmp_path / "package").exists()
