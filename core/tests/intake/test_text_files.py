"""csv and txt: encodings, delimiters, quoting."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest

from fondaco.intake.parse import FileRefused, Limits, ParsedList

Read = Callable[..., Awaitable[ParsedList]]

TEXT = "Артикул;Наименование;Кол-во\r\nAB-100;Фильтр масляный;5\r\nЖЩ-200;Свеча зажигания;1,5\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
async def test_encodings_and_delimiters(encoding: str, delimiter: str, read: Read) -> None:
    text = TEXT.replace("1,5", '"1,5"').replace(";", delimiter)
    parsed = await read(text.encode(encoding), "заявка.csv")
    assert [(row.number, row.article, row.name, row.quantity) for row in parsed.rows] == [
        (2, "AB-100", "Фильтр масляный", Decimal(5)),
        (3, "ЖЩ-200", "Свеча зажигания", Decimal("1.5")),
    ]
    assert (parsed.format, parsed.sheet, parsed.notices) == ("csv", "", ())


async def test_an_old_encoding_is_guessed_and_said(read: Read) -> None:
    text = "Артикул;Наименование;Количество\n" + "".join(
        f"AB-{n};Фильтр масляный для грузового автомобиля;{n}\n" for n in range(1, 30)
    )
    parsed = await read(text.encode("cp866"))
    assert parsed.rows[0].name == "Фильтр масляный для грузового автомобиля"
    assert parsed.notices[0].params == {"encoding": "cp866"}


async def test_short_cp1251_is_not_mistaken(read: Read) -> None:
    assert (await read("Болт М8;5\nГайка М8;7\n".encode("cp1251"))).rows[0].article == "Болт М8"


async def test_excel_conventions(read: Read) -> None:
    text = 'sep=;\n"АРТ ""1""";"5"\n="00123";2\n"две\nстроки-1";3\nAB-100;4\n'
    rows = (await read(text.encode())).rows
    assert [(row.number, row.article, row.quantity) for row in rows] == [
        (1, 'АРТ "1"', Decimal(5)),
        (2, "00123", Decimal(2)),
        (3, "две строки-1", Decimal(3)),
        (4, "AB-100", Decimal(4)),
    ]


async def test_a_txt_with_one_article_a_line(read: Read) -> None:
    parsed = await read(b"AB-100\nCD-200\n", "list.txt")
    assert [(row.article, row.quantity) for row in parsed.rows] == [
        ("AB-100", None),
        ("CD-200", None),
    ]


async def test_spaces_divide_a_txt_as_they_divide_a_paste(read: Read) -> None:
    parsed = await read(b"AB-100 5\nCD-200 12\n", "list.txt")
    assert [row.quantity for row in parsed.rows] == [Decimal(5), Decimal(12)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b" \r\n\r\n", "file.empty"),
        (b"\xef\xbb\xbf", "file.empty"),
        (b"AB-100\x00\x01\x02\x03;5\n" * 10, "file.not_text"),
        (bytes(range(1, 256)) * 20, "file.not_text"),
        (b"AB-1;1\n" * 10_001, "file.too_many_rows"),
    ],
)
async def test_refusals(content: bytes, code: str, read: Read) -> None:
    with pytest.raises(FileRefused) as refusal:
        await read(content, "list.csv")
    assert refusal.value.code == code


async def test_a_file_too_large_is_not_even_opened(read: Read) -> None:
    with pytest.raises(FileRefused) as refusal:
        await read(b"AB-100;5\n" * 300_000, limits=Limits(file_bytes=2 * 1024 * 1024))
    assert (refusal.value.code, refusal.value.params) == ("file.too_large", {"limit": "2"})
