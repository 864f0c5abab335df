"""From a sheet to cross-references: what its columns are called, and why a row cannot be read."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from fondaco_sdk.article_key import article_key
from fondaco_sdk.manifest import Text
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.sheet import SheetColumn, SheetRow

COLUMNS = (
    SheetColumn("article", Text("Артикул", "Article"), ("sku", "наш артикул"), "code", True),
    SheetColumn("other", Text("Аналог", "Analogue"), ("артикул аналога", "substitute"), "code"),
    SheetColumn("brand", Text("Бренд", "Brand"), ("чужой бренд", "производитель", "maker")),
    SheetColumn(
        "number", Text("Номер", "Number"), ("чужой номер", "кросс-номер", "oem", "cross"), "code"
    ),
    SheetColumn("kind", Text("Вид", "Kind"), ("вид аналога", "type")),
    SheetColumn("direction", Text("Направление", "Direction"), ("в обе стороны",)),
    SheetColumn("since", Text("С какого дня", "From day"), ("с", "from"), "day"),
    SheetColumn("until", Text("По какой день", "To day"), ("по", "до", "to", "until"), "day"),
    SheetColumn("note_ru", Text("Примечание", "Note"), ("ограничение", "limit")),
    SheetColumn("note_en", Text("Примечание по-английски", "Note in English"), ("note en",)),
    SheetColumn("confidence", Text("Уверенность, %", "Confidence, %"), ("уверенность",), "amount"),
    SheetColumn("source", Text("Источник", "Source"), ()),
)
SAMPLE = (
    ("A-104", "A-204", "", "", "полный", "в обе", "", "", "", "", 100, "каталог"),
    ("A-104", "A-305", "", "", "с ограничением", "", "", "", "Без датчика", "No sensor", 90, ""),
    ("A-104", "", "MANN", "W 712/75", "", "", "", "", "", "", "", "TecDoc"),
)

_KINDS = {
    "": "full",
    **dict.fromkeys(("full", "полный", "полная", "аналог"), "full"),
    **dict.fromkeys(("upgrade", "лучше", "улучшенный"), "upgrade"),
    **dict.fromkeys(("cheaper", "дешевле", "эконом"), "cheaper"),
    **dict.fromkeys(("limited", "с ограничением", "с ограничениями", "частичный"), "limited"),
}
_BOTH = frozenset(("в обе", "в обе стороны", "обе", "both", "both ways", "да", "yes", "+", "1"))
_ONE = frozenset(("", "в одну", "в одну сторону", "one", "one way", "нет", "no", "-", "0"))

HUNDRED = Decimal(100)

WRONG: Mapping[str, Reason] = {
    reason.code.removeprefix("analogues.file."): reason
    for reason in (
        Reason("analogues.file.article", "Нет артикула", "There is no article"),
        Reason(
            "analogues.file.other",
            "Нужен аналог или номер другого бренда, что-то одно",
            "Give an analogue or a number of another brand, one of the two",
        ),
        Reason(
            "analogues.file.kind",
            "Вид не из списка: полный, лучше, дешевле, с ограничением",
            "The kind is none of: full, upgrade, cheaper, limited",
        ),
        Reason(
            "analogues.file.direction",
            "Направление не из списка: в одну, в обе",
            "The direction is none of: one way, both ways",
        ),
        Reason(
            "analogues.file.both_ways",
            "В обе стороны бывают только полный аналог и аналог с ограничением",
            "Only a full analogue and one with a limit go both ways",
        ),
        Reason(
            "analogues.file.limit",
            "Напишите в примечании, в чём ограничение",
            "Say in the note what the limit is",
        ),
        Reason("analogues.file.day", "День не читается", "A day cannot be read"),
        Reason("analogues.file.days", "Начало позже окончания", "The beginning is after the end"),
        Reason(
            "analogues.file.confidence",
            "Уверенность от 1 до 100 процентов",
            "The confidence is from 1 to 100 per cent",
        ),
        Reason(
            "analogues.file.unknown_article",
            "Артикула нет в каталоге",
            "The catalogue has no such article",
        ),
        Reason(
            "analogues.file.unknown_other",
            "Артикула аналога нет в каталоге",
            "The catalogue has no such analogue",
        ),
        Reason(
            "analogues.file.several",
            "Артикул есть у нескольких товаров",
            "Several products have the article",
        ),
        Reason(
            "analogues.file.itself",
            "Товар не бывает аналогом самого себя",
            "A product is no analogue of itself",
        ),
        Reason(
            "analogues.file.repeats",
            "Ниже в файле есть та же пара: взята последняя",
            "The same pair stands further down: the last one counts",
        ),
    )
}


class FileRow(Struct, frozen=True):
    """A row of a file; `wrong` is a code of `WRONG`, or empty."""

    row_number: int
    article: str
    other: str
    brand: str
    number: str
    kind: str
    both_ways: bool
    starts_on: date | None
    ends_on: date | None
    note_ru: str
    note_en: str
    confidence: Decimal
    source: str
    wrong: str

    @property
    def article_key(self) -> str:
        """The key of the product's article."""
        return article_key(self.article)

    @property
    def other_key(self) -> str:
        """The key of the analogue's article."""
        return article_key(self.other)

    @property
    def number_key(self) -> str:
        """The key of the foreign number."""
        return article_key(self.number)

    @property
    def branded_key(self) -> str:
        """The key of the foreign number with its brand before it."""
        return article_key(f"{self.brand}{self.number}") if self.brand and self.number else ""


def rows_of(rows: Sequence[SheetRow]) -> Sequence[FileRow]:
    """Rows of a sheet as references, those that cannot be read among them."""
    return [_row(row) for row in rows]


def _row(row: SheetRow) -> FileRow:
    said = {column.name: row.cell(column.name).text.strip()[:500] for column in COLUMNS}
    kind = _KINDS.get(said["kind"].casefold(), "")
    direction = said["direction"].casefold()
    sure = row.cell("confidence")
    confidence = (HUNDRED if sure.number is None else sure.number) / HUNDRED
    found = FileRow(
        row.number,
        said["article"],
        said["other"],
        said["brand"],
        said["number"],
        kind or "full",
        direction in _BOTH,
        row.cell("since").day,
        row.cell("until").day,
        said["note_ru"],
        said["note_en"],
        confidence if 0 < confidence <= 1 else Decimal(1),
        said["source"],
        "",
    )
    problems = (
        ("article", not found.article_key),
        ("other", bool(found.other_key) == bool(found.number_key)),
        ("kind", not kind),
        ("direction", direction not in _BOTH | _ONE),
        (
            "both_ways",
            found.both_ways and (kind in ("upgrade", "cheaper") or not found.other_key),
        ),
        ("limit", kind == "limited" and not found.note_ru),
        ("day", any(row.cell(name).wrong for name in ("since", "until"))),
        (
            "days",
            bool(found.starts_on and found.ends_on and found.starts_on > found.ends_on),
        ),
        ("confidence", sure.wrong is not None or not Decimal("0.01") <= confidence <= 1),
    )
    return replace(found, wrong=next((code for code, wrong in problems if wrong), ""))
