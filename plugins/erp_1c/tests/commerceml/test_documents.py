"""Headers, dialects, encodings, and what is not a catalogue."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from fondaco_erp_1c.commerceml import SourceRefused, read_file
from fondaco_erp_1c.commerceml.values import moment
from fondaco_sdk.types.records import (
    CategoryRecord,
    PackageRecord,
    PriceRecord,
    ProductRecord,
    Section,
    StockRecord,
)

Read: TypeAlias = Callable[[str], list[Any]]
GOODS = "<Товары><Товар><Ид>1</Ид><Наименование>Гайка</Наименование></Товар></Товары>"


def headers(document: str) -> list[PackageRecord]:
    records = read_file(BytesIO(document.encode()))
    return [record for record in records if isinstance(record, PackageRecord)]


@pytest.mark.parametrize(
    "namespace",
    ["", "urn:1C.ru:commerceml_2", "urn:1C.ru:commerceml_205", "urn:1C.ru:commerceml_3", "other"],
)
def test_elements_are_known_by_local_name(read_document: Read, namespace: str) -> None:
    records = read_document(
        f'<КоммерческаяИнформация xmlns="{namespace}"><Каталог>{GOODS}</Каталог>'
        "</КоммерческаяИнформация>"
    )
    assert [type(record) for record in records] == [PackageRecord, ProductRecord]


def test_prefixed_names_are_read(read_document: Read) -> None:
    document = (
        '<c:КоммерческаяИнформация xmlns:c="urn:1C.ru:commerceml_3"><c:Каталог><c:Товары><c:Товар>'
        "<c:Ид>1</c:Ид></c:Товар></c:Товары></c:Каталог></c:КоммерческаяИнформация>"
    )
    assert read_document(document)[1].external_id == "1"


def test_header_says_whose_file_it_is() -> None:
    [header] = headers(
        '<КоммерческаяИнформация ВерсияСхемы="2.08" ДатаФормирования="2024-01-08T15:44:45">'
        '<Каталог СодержитТолькоИзменения="false"><Ид> cat </Ид>'
        f"{GOODS}</Каталог></КоммерческаяИнформация>"
    )
    assert header == PackageRecord(
        row=1,
        section=Section.CATALOG,
        full=True,
        catalog_id="cat",
        schema_version="2.08",
        generated_at=datetime(2024, 1, 8, 12, 44, 45, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("attribute", "child", "full"),
    [
        (' СодержитТолькоИзменения="false"', "", True),
        (' СодержитТолькоИзменения="true"', "", False),
        ("", "", False),
        ("", "<СодержитТолькоИзменения>false</СодержитТолькоИзменения>", True),
        ("", "<СодержитТолькоИзменения>true</СодержитТолькоИзменения>", False),
        (' СодержитТолькоИзменения="?"', "", False),
    ],
)
def test_only_an_explicit_false_is_a_snapshot(attribute: str, child: str, full: bool) -> None:
    [header] = headers(
        f"<КоммерческаяИнформация><Каталог{attribute}>{child}{GOODS}</Каталог>"
        "</КоммерческаяИнформация>"
    )
    assert header.full is full


def test_a_section_without_records_is_no_snapshot() -> None:
    """A classifier file of 3.1 carries an empty catalogue that says `false`."""
    [header] = headers(
        '<КоммерческаяИнформация><Каталог СодержитТолькоИзменения="false"><Ид>c</Ид></Каталог>'
        "</КоммерческаяИнформация>"
    )
    assert (header.section, header.full) == (Section.CATALOG, False)


def test_changes_of_offers_are_never_a_snapshot(read_document: Read) -> None:
    document = (
        '<КоммерческаяИнформация><ИзмененияПакетаПредложений СодержитТолькоИзменения="false">'
        "<Ид>c#</Ид><Предложения><Предложение><Ид>g</Ид><ИдХарактеристики>v</ИдХарактеристики>"
        '<Склады ИдСклада="w" КоличествоНаСкладе="4"/><Цены><Цена><ИдТипаЦены>t</ИдТипаЦены>'
        "<ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу></Цена></Цены></Предложение></Предложения>"
        "</ИзмененияПакетаПредложений></КоммерческаяИнформация>"
    )
    header, price, stock = read_document(document)
    assert (header.section, header.full, header.catalog_id) == (Section.OFFERS, False, "c")
    assert isinstance(price, PriceRecord) and price.offer_external_id == "g#v"
    assert isinstance(stock, StockRecord) and stock.place_external_id == "w"


def test_each_section_has_its_header() -> None:
    found = headers(
        "<КоммерческаяИнформация><Классификатор><Ид>k</Ид></Классификатор>"
        f"<Каталог><Ид>c</Ид>{GOODS}</Каталог><ПакетПредложений><ИдКаталога>c</ИдКаталога>"
        "<Предложения><Предложение><Ид>1</Ид></Предложение></Предложения></ПакетПредложений>"
        "</КоммерческаяИнформация>"
    )
    assert [(header.section, header.catalog_id) for header in found] == [
        (Section.CLASSIFIER, "k"),
        (Section.CATALOG, "c"),
        (Section.OFFERS, "c"),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2015-07-08T14:10:30", datetime(2015, 7, 8, 11, 10, 30, tzinfo=UTC)),
        ("2020-08-11", datetime(2020, 8, 10, 21, tzinfo=UTC)),
        ("2024-01-08T15:44:45.076+03:00", datetime(2024, 1, 8, 12, 44, 45, 76000, tzinfo=UTC)),
        ("2024-01-08T15:44:45+0500", datetime(2024, 1, 8, 10, 44, 45, tzinfo=UTC)),
        ("2024-01-08T15:44:45Z", datetime(2024, 1, 8, 15, 44, 45, tzinfo=UTC)),
        ("2014-06-01T0:36:33", datetime(2014, 5, 31, 21, 36, 33, tzinfo=UTC)),
        ("2022-10-31UTC02:25:50", datetime(2022, 10, 31, 2, 25, 50, tzinfo=UTC)),
        ("2022-10-31 02:25", datetime(2022, 10, 30, 23, 25, tzinfo=UTC)),
        ("31.10.2022 12:25:50", datetime(2022, 10, 31, 9, 25, 50, tzinfo=UTC)),
        ("20221031T122550", datetime(2022, 10, 31, 9, 25, 50, tzinfo=UTC)),
        ("20221031122550", datetime(2022, 10, 31, 9, 25, 50, tzinfo=UTC)),
        ("0001-01-01T00:00:00", None),
        ("0001-01-01", None),
        ("2022-13-31", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("вчера", None),
        ("", None),
        (None, None),
    ],
)
def test_every_way_to_write_a_date(written: str, expected: Any) -> None:
    assert moment(written) == expected


def document(encoding: str) -> bytes:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>\n'
    body = f"<КоммерческаяИнформация><Каталог>{GOODS}</Каталог></КоммерческаяИнформация>"
    return (declared + body).encode(encoding)


@pytest.mark.parametrize(
    "data",
    [
        document("utf-8"),
        b"\xef\xbb\xbf" + document("utf-8"),
        document("windows-1251"),
        document("windows-1251").replace(b"windows-1251", b"CP1251"),
        document("utf-8").split(b"\n", 1)[1],
        b"\xef\xbb\xbf" + document("utf-8").split(b"\n", 1)[1],
        document("utf-8").replace(b'"', b"'"),
    ],
)
def test_utf8_and_windows_1251_with_and_without_mark(data: bytes) -> None:
    [_, product] = read_file(BytesIO(data))
    assert isinstance(product, ProductRecord)
    assert product.name == "Гайка"


def test_a_character_may_be_split_between_two_reads(tmp_path: Path) -> None:
    class Trickle(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(size if self.tell() == 0 else 1)

    padding = "<Описание>" + "ж" * 40_000 + "</Описание>"
    body = GOODS.replace("</Товар>", f"{padding}</Товар>")
    text = f"<КоммерческаяИнформация><Каталог>{body}</Каталог></КоммерческаяИнформация>"
    [_, product] = read_file(Trickle(text.encode()))
    assert isinstance(product, ProductRecord)
    assert product.description == "ж" * 40_000


def test_a_path_is_as_good_as_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "import.xml"
    path.write_bytes(document("utf-8"))
    assert list(read_file(path)) == list(read_file(BytesIO(document("utf-8"))))


@pytest.mark.parametrize("root", ["Классификатор", "Каталог", "ПакетПредложений"])
def test_a_section_may_be_the_root(read_document: Read, root: str) -> None:
    [header] = read_document(f"<{root}><Ид>k</Ид></{root}>")
    assert header.catalog_id == "k"


def test_a_bare_classifier_is_read(read_document: Read) -> None:
    document = (
        "<Классификатор><Группы><Группа><Ид>1</Ид><Наименование>Болты</Наименование></Группа>"
        "</Группы></Классификатор>"
    )
    assert isinstance(read_document(document)[1], CategoryRecord)


def test_nothing_new_is_no_error(read_document: Read) -> None:
    assert read_document('<КоммерческаяИнформация ВерсияСхемы="2.05"/>') == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "source.empty"),
        (b"\xef\xbb\xbf", "source.empty"),
        (b" \n", "source.empty"),
        (b"PK\x03\x04....", "source.not_xml"),
        (b"hello", "source.not_xml"),
        (b"<?xml version='1.0'?>", "source.not_xml"),
        (b"<html><body/></html>", "source.not_commerceml"),
        ("<Справочник/>".encode(), "source.not_commerceml"),
        (document("utf-16"), "source.encoding"),
        (document("koi8-r"), "source.encoding"),
        (document("windows-1251").replace(b"windows-1251", b"utf-8"), "source.encoding_broken"),
        (
            "<КоммерческаяИнформация><Документ/></КоммерческаяИнформация>".encode(),
            "source.documents",
        ),
        (
            "<КоммерческаяИнформация><Контейнер><Документ><Товары><Товар/></Товары></Документ>"
            "</Контейнер></КоммерческаяИнформация>".encode(),
            "source.documents",
        ),
        (
            '<КоммерческаяИнформация><Каталог Идентификатор="7"><Товар ИдентификаторВКаталоге="1"/>'
            "</Каталог></КоммерческаяИнформация>".encode(),
            "source.documents",
        ),
        (
            "<КоммерческаяИнформация><Контрагенты/></КоммерческаяИнформация>".encode(),
            "source.counterparties",
        ),
    ],
)
def test_what_is_not_a_catalogue_is_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        list(read_file(BytesIO(data)))
    assert refusal.value.code == code


@pytest.mark.parametrize("tail", ["<Товар><Ид>2</Бд>", "<Товар><Ид>2", "\x01", "&nbsp;"])
def test_what_stands_before_the_broken_place_is_read(tail: str) -> None:
    text = (
        "<КоммерческаяИнформация>\n<Каталог>\n<Товары>\n"
        "<Товар>\n<Ид>1</Ид>\n</Товар>\n<Товар>\n<Ид>2</Ид>\n</Товар>\n" + tail
    )
    records: list[Any] = []
    with pytest.raises(SourceRefused) as refusal:
        for record in read_file(BytesIO(text.encode())):
            records.append(record)
    assert [record.external_id for record in records[1:]] == ["1", "2"]
    assert [record.row for record in records] == [2, 4, 7]
    assert refusal.value.code == "source.broken"
    assert refusal.value.params["line"] == "10"


def test_rows_beyond_65535_are_still_found(read_document: Read) -> None:
    goods = "".join(f"<Товар>\n<Ид>{at}</Ид>\n</Товар>\n" for at in range(30_000))
    records = read_document(
        f"<КоммерческаяИнформация><Каталог><Товары>\n{goods}</Товары></Каталог>"
        "</КоммерческаяИнформация>"
    )
    assert abs(records[-1].row - (29_999 * 3 + 2)) <= 1


def test_comments_and_instructions_are_passed_over(read_goods: Read) -> None:
    [product] = read_goods("<!-- a --><Товар><?pi x?><Ид>1<!-- b -->2</Ид></Товар><!-- c -->")
    assert product.external_id == "12"
