"""The morning after: a package that names only what changed."""

from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from fondaco.demo import write_changes

SKUS = 2500


def by_id(root: etree._Element, name: str) -> dict[str, etree._Element]:
    return {element.findtext("{*}Ид"): element for element in root.iter(f"{{*}}{name}")}


def prices(offer: etree._Element) -> list[str | None]:
    return [element.text for element in offer.iter("{*}ЦенаЗаЕдиницу")]


def stock(offer: etree._Element) -> list[str | None]:
    return [element.get("КоличествоНаСкладе") for element in offer.findall("{*}Склад")]


def test_what_changed_and_nothing_else(
    catalog: etree._Element, offers: etree._Element, tmp_path: Path
) -> None:
    summary = write_changes(tmp_path, skus=SKUS, seed=7, share=Decimal("0.2"))
    changed_goods = etree.parse(tmp_path / "import.xml").getroot()
    changed_offers = etree.parse(tmp_path / "offers.xml").getroot()
    assert changed_goods.xpath("//@СодержитТолькоИзменения") == ["true"]
    assert changed_offers.xpath("//@СодержитТолькоИзменения") == ["true"]
    before, after = by_id(offers, "Предложение"), by_id(changed_offers, "Предложение")
    assert set(after) < set(before)
    assert len(after) == summary.products == SKUS // 5
    repriced = {key for key in after if prices(after[key]) != prices(before[key])}
    restocked = {key for key in after if stock(after[key]) != stock(before[key])}
    assert (len(repriced), len(restocked)) == (summary.repriced, summary.restocked)
    assert repriced | restocked == set(after)
    known, renamed = by_id(catalog, "Товар"), by_id(changed_goods, "Товар")
    assert len(renamed) == summary.renamed > 10
    for key, goods in renamed.items():
        assert goods.findtext("{*}Наименование") != known[key].findtext("{*}Наименование")
        assert goods.findtext("{*}Артикул") == known[key].findtext("{*}Артикул")


def test_equal_arguments_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_changes(tmp_path / name, skus=500, seed=7, share=Decimal("0.5"))
    for file in ("import.xml", "offers.xml"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_nothing_may_have_changed(tmp_path: Path) -> None:
    summary = write_changes(tmp_path, skus=500, seed=7, share=Decimal(0))
    assert summary.products == 0
    assert by_id(etree.parse(tmp_path / "offers.xml").getroot(), "Предложение") == {}


@pytest.mark.parametrize("share", ["-0.1", "1.01"])
def test_a_share_is_from_nothing_to_all(share: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="share"):
        write_changes(tmp_path / "package", skus=500, seed=7, share=Decimal(share))
    assert not (tmp_path / "package").exists()
