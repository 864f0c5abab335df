"""Packages: the order of their files, their pictures, and archives that mean harm."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from fondaco_erp_1c.commerceml import SourceRefused, describe, package_images, read_package
from fondaco_sdk.types.records import PriceRecord, ProductRecord, StockRecord, VariantRecord

Pack: TypeAlias = Callable[[dict[str, str]], Path]


def document(body: str) -> str:
    return f"<КоммерческаяИнформация>{body}</КоммерческаяИнформация>"


def offers(inside: str) -> str:
    return document(
        "<ПакетПредложений><Предложения><Предложение><Ид>1</Ид>"
        f"{inside}</Предложение></Предложения></ПакетПредложений>"
    )


GROUPS = (
    "<Классификатор><Группы><Группа><Ид>1</Ид><Наименование>А</Наименование></Группа></Группы>"
    "</Классификатор>"
)
GOODS = "<Каталог><Товары><Товар><Ид>1</Ид></Товар></Товары></Каталог>"
PRICES = "<Цены><Цена><ИдТипаЦены>t</ИдТипаЦены><ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу></Цена></Цены>"
FILES = {
    "a_rests.xml": offers("<Количество>1</Количество>"),
    "b_prices.XML": offers(PRICES),
    "c/offers.xml": offers(f"<Наименование>Гайка</Наименование>{PRICES}"),
    "d/goods_10.xml": document(GOODS),
    "d/goods_2.xml": document(f"{GROUPS}{GOODS}"),
    "e.xml": document(f"{GROUPS}<Каталог><Ид>c</Ид></Каталог>"),
    "0_orders.xml": document("<Документ/>"),
    "import_files/ab/1.jpg": "jpg",
    "import_files/ab/2.PNG": "png",
    "import_files/about.html": "<html/>",
}
ORDER = [
    "e.xml",
    "d/goods_2.xml",
    "d/goods_10.xml",
    "c/offers.xml",
    "b_prices.XML",
    "a_rests.xml",
    "0_orders.xml",
]


def as_folder(path: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = path / "package" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return path / "package"


def as_zip(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path / "v8_3B8F.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path / "v8_3B8F.zip"


@pytest.fixture(params=[as_folder, as_zip])
def pack(request: pytest.FixtureRequest, tmp_path: Path) -> Pack:
    return lambda files: request.param(tmp_path, files)


def test_files_come_in_the_order_of_their_meaning(pack: Pack) -> None:
    assert [name for name, _ in read_package(pack(FILES))] == ORDER


def test_the_records_of_each_file(pack: Pack) -> None:
    records = {}
    for name, members in read_package(pack(FILES)):
        if name != "0_orders.xml":
            records[name] = [type(record) for record in members][1:]
    assert records["d/goods_10.xml"] == [ProductRecord]
    assert records["c/offers.xml"] == [VariantRecord, PriceRecord]
    assert records["b_prices.XML"] == [PriceRecord]
    assert records["a_rests.xml"] == [StockRecord]


def test_the_iterators_may_be_read_in_any_order(pack: Pack) -> None:
    members = dict(read_package(pack(FILES)))
    for name in reversed(ORDER[:-1]):
        assert len(list(members[name])) >= 2


def test_a_file_that_cannot_be_read_refuses_itself_and_not_the_others(pack: Pack) -> None:
    members = dict(read_package(pack(FILES)))
    with pytest.raises(SourceRefused) as refusal:
        list(members["0_orders.xml"])
    assert refusal.value.code == "source.documents"
    assert list(members["a_rests.xml"])


def test_pictures_are_listed_by_the_names_that_goods_use(pack: Pack) -> None:
    assert package_images(pack(FILES)) == ("import_files/ab/1.jpg", "import_files/ab/2.PNG")


def test_one_file_is_a_package_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "upload.tmp"
    path.write_text(document(GOODS), "utf-8")
    [(name, records)] = read_package(path)
    assert name == "upload.tmp" and len(list(records)) == 2
    assert package_images(path) == ()


def test_a_description_counts_what_a_package_holds(pack: Pack) -> None:
    found = {contents.name: contents for contents in describe(pack(FILES))}
    assert found["c/offers.xml"].records == {
        "PackageRecord": 1,
        "VariantRecord": 1,
        "PriceRecord": 1,
    }
    assert getattr(found["0_orders.xml"].stopped_by, "code", "") == "source.documents"


def test_a_description_counts_refusals(tmp_path: Path) -> None:
    path = tmp_path / "offers.xml"
    path.write_text(offers(f"{PRICES.replace('>5<', '>?<')}<Количество>?</Количество>"), "utf-8")
    [contents] = describe(path)
    assert contents.refused == {"price.unreadable": 1, "stock.unreadable": 1}


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.xml"
    outside.write_text(document(GOODS), "utf-8")
    folder = as_folder(tmp_path, {"e.xml": document(GROUPS)})
    (folder / "link.xml").symlink_to(outside)
    (folder / "link").symlink_to(tmp_path)
    assert [name for name, _ in read_package(folder)] == ["e.xml"]


def code_of(path: Path) -> str:
    with pytest.raises(SourceRefused) as refusal:
        for _, records in read_package(path):
            list(records)
    return refusal.value.code


def test_what_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert code_of(tmp_path / "nowhere") == "package.not_found"
    assert code_of(tmp_path / "empty") == "package.no_files"
    assert code_of(as_zip(tmp_path, {"import_files/1.jpg": "", "b.jpg": ""})) == "package.no_files"


@pytest.mark.parametrize(
    "name",
    [
        "../import.xml",
        "a/../../import.xml",
        "/etc/import.xml",
        "\\import.xml",
        "..\\import.xml",
        "C:\\import.xml",
        "c:import.xml",
        "..",
    ],
)
def test_names_that_lead_outside_refuse_the_archive(tmp_path: Path, name: str) -> None:
    assert code_of(as_zip(tmp_path, {name: document(GOODS)})) == "package.unsafe_name"


def test_a_link_in_an_archive_refuses_it(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("import.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert code_of(path) == "package.unsafe_name"


def test_an_encrypted_member_refuses_the_archive(tmp_path: Path) -> None:
    path = as_zip(tmp_path, {"import.xml": document(GOODS)})
    data = bytearray(path.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert code_of(path) == "package.encrypted"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("import.xml", b" " * (80 << 20))
    assert code_of(path) == "package.bomb"


def test_members_that_share_their_bytes_are_a_bomb(tmp_path: Path) -> None:
    path = tmp_path / "overlap.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.xml", document(GOODS))
        archive.writestr("b.xml", document(GOODS))
        archive.filelist[1].header_offset = archive.filelist[0].header_offset
    assert code_of(path) == "package.bomb"


def test_too_large_an_archive_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    path = as_zip(tmp_path, {"a.xml": "a", "b.xml": "b"})
    data = bytearray(path.read_bytes())
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        struct.pack_into("<I", data, at + 24, 0xFFFFFFF0)
    path.write_bytes(data)
    assert code_of(path) == "package.too_large"


def test_too_many_members_are_refused_before_the_directory_is_read(tmp_path: Path) -> None:
    path = as_zip(tmp_path, {"a.xml": document(GOODS)})
    data = bytearray(path.read_bytes())
    struct.pack_into("<H", data, data.rfind(b"PK\x05\x06") + 10, 60_000)
    path.write_bytes(data)
    assert code_of(path) == "package.too_many_files"


def test_a_truncated_archive(tmp_path: Path) -> None:
    path = as_zip(tmp_path, FILES)
    path.write_bytes(path.read_bytes()[:-100])
    assert code_of(path) == "package.broken_archive"


def test_a_member_with_broken_bytes(tmp_path: Path) -> None:
    path = as_zip(tmp_path, {"import.xml": document(GOODS * 50)})
    data = bytearray(path.read_bytes())
    data[60:90] = bytes(30)
    path.write_bytes(data)
    assert code_of(path) == "package.broken_archive"
