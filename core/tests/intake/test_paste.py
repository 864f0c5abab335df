"""Pasted and typed lists."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fondaco.intake.parse import ColumnChoice, FileRefused, Limits, parse_paste

Line = tuple[str, Decimal | None]


def lines_of(text: str) -> list[Line]:
    return [(row.article, row.quantity) for row in parse_paste(text).rows]


@pytest.mark.parametrize(
    "text",
    [
        "AB-100\t5\nCD-200\t12",
        "AB-100;5\r\nCD-200;12\r\n",
        "AB-100,5\nCD-200,12",
        "AB-100   5\nCD-200  12",
        "AB-100 5\nCD-200 12",
        "AB-100 - 5 шт.\nCD-200 — 12 шт",
        "AB-100 x5\nCD-200 x12",
        "Артикул\tКол-во\nAB-100\t5\nCD-200\t12\n",
        "SKU;Qty\nAB-100;5\nCD-200;12",
        "5\tAB-100\n12\tCD-200",
        "1\tAB-100\t5\n2\tCD-200\t12",
        "1. AB-100 5\n2. CD-200 12",
        "AB-100\tФильтр масляный\t5\nCD-200\tФильтр воздушный\t12",
        "\n\nПрошу отгрузить:\nAB-100 5\n\nCD-200 12\n",
        '"AB-100"\t"5"\n"CD-200"\t"12"',
        "\ufeffAB-100\t5\nCD-200\t\u00a012 ",
    ],
)
def test_ways_to_write_the_same_list(text: str) -> None:
    assert lines_of(text) == [("AB-100", Decimal(5)), ("CD-200", Decimal(12))]


def test_one_column_asks_for_no_quantity() -> None:
    parsed = parse_paste("AB-100\nCD-200\n")
    assert parsed.columns.quantity is None
    assert [(row.article, row.quantity, row.problem) for row in parsed.rows] == [
        ("AB-100", None, None),
        ("CD-200", None, None),
    ]


def test_numbers_in_groups_are_not_torn() -> None:
    text = "0986 452 041\n0986 452\nAB 1234"
    assert [article for article, _ in lines_of(text)] == ["0986 452 041", "0986 452", "AB 1234"]


def test_decimal_commas_do_not_divide() -> None:
    assert lines_of("AB-100 1,5\nCD-200 2,25") == [
        ("AB-100", Decimal("1.5")),
        ("CD-200", Decimal("2.25")),
    ]


def test_a_lone_quote_swallows_nothing() -> None:
    assert lines_of('"AB-100\t5\nCD-200\t12') == [('"AB-100', Decimal(5)), ("CD-200", Decimal(12))]


def test_same_article_twice_stays_twice() -> None:
    assert lines_of("AB-100\t5\nAB-100\t2") == [("AB-100", Decimal(5)), ("AB-100", Decimal(2))]


def test_rows_carry_their_line() -> None:
    parsed = parse_paste("Артикул\tКоличество\n\nAB-100\t5\n\nCD-200\t7\nИтого:\t12")
    assert [row.number for row in parsed.rows] == [3, 5]
    assert [(run.first, run.reason) for run in parsed.skipped] == [
        (1, "header"),
        (2, "blank"),
        (4, "blank"),
        (6, "total"),
    ]


def test_forgotten_quantity_is_said() -> None:
    rows = parse_paste("AB-100\t5\nCD-200\t\nEF-300\t7").rows
    assert [row.problem.code if row.problem else "" for row in rows] == ["", "quantity.missing", ""]


def test_the_person_may_choose_the_columns() -> None:
    choice = ColumnChoice(article=1, quantity=2)
    parsed = parse_paste("AB-100\tXY-1\t5\nCD-200\tXY-2\t7", columns=choice)
    assert [row.article for row in parsed.rows] == ["XY-1", "XY-2"]
    assert parsed.columns.found == "choice"
    with pytest.raises(FileRefused, match="no_such_column"):
        parse_paste("AB-100\t5", columns=ColumnChoice(article=7))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "paste.empty"),
        (" \n\t\n", "paste.empty"),
        ("A1\n" * 5_001, "file.too_many_rows"),
        ("A" * 1_000_001, "paste.too_large"),
    ],
)
def test_refusals(text: str, code: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        parse_paste(text)
    assert refusal.value.code == code


def test_the_limit_is_exact() -> None:
    assert len(parse_paste("A1\n" * 5_000).rows) == 5_000
    with pytest.raises(FileRefused):
        parse_paste("A1\nA2\nA3", Limits(rows=2))


# "X10L" beside a large number may as well be ten litres of it.
ARTICLES = st.from_regex(
    r"(?![XХ][0-9]+[A-ZА-Я])[A-ZА-Я]{1,4}[-./]?[0-9]{2,6}[A-ZА-Я]{0,2}", fullmatch=True
)
QUANTITIES = st.decimals(min_value="0.001", max_value=9_999, places=3).map(
    lambda value: Decimal(f"{value.normalize():f}")
)


def lists(
    quantities: st.SearchStrategy[Decimal], unique: bool
) -> st.SearchStrategy[list[tuple[str, Decimal]]]:
    by = (lambda row: row[0]) if unique else None
    return st.lists(st.tuples(ARTICLES, quantities), min_size=1, max_size=30, unique_by=by)


# One article in every row beside as many different five-digit numbers is a brand beside articles.
PLAIN = st.one_of(
    lists(st.integers(min_value=1, max_value=99_999).map(Decimal), unique=True),
    lists(st.integers(min_value=1, max_value=999).map(Decimal), unique=False),
)


@given(
    rows=PLAIN,
    divider=st.sampled_from(["\t", ";", ",", "   ", " ", " - ", " | "]),
    heading=st.booleans(),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
@example(rows=[("X10L", Decimal(1))], divider="\t", heading=False, line_end="\n")
@example(rows=[("A10", Decimal(1)), ("A11", Decimal(2))], divider=",", heading=False, line_end="\n")
def test_a_rendered_list_comes_back(
    rows: list[tuple[str, Decimal]], divider: str, heading: bool, line_end: str
) -> None:
    rendered = [f"{article}{divider}{quantity}" for article, quantity in rows]
    if heading and divider.strip(" -") != "":
        rendered.insert(0, f"Артикул{divider}Количество")
    assert lines_of(line_end.join(rendered)) == rows


@given(rows=lists(QUANTITIES, unique=True))
def test_quantities_come_back_or_are_asked_about(rows: list[tuple[str, Decimal]]) -> None:
    parsed = parse_paste("\n".join(f"{article}\t{str(q).replace('.', ',')}" for article, q in rows))
    for row, (article, quantity) in zip(parsed.rows, rows, strict=True):
        assert row.article == article
        if row.quantity is None:
            assert row.problem is not None and row.problem.code == "quantity.ambiguous"
            assert row.problem.params["small"] == str(quantity)
        else:
            assert row.quantity == quantity


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parsed = parse_paste(text)
    except FileRefused:
        return
    for row in parsed.rows:
        assert row.article or row.problem
        assert row.quantity is None or row.quantity > 0
