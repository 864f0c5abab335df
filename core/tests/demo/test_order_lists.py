"""Order lists: what is asked for can be found, or is known to be nowhere."""

import csv
from pathlib import Path
from typing import Literal

import openpyxl
import pytest

from fondaco.demo import Spelling, order_rows, product_at, write_order_list
from fondaco_sdk.article_key import article_key

SKUS, SEED, ROWS = 3000, 5, 400


@pytest.fixture(scope="module")
def keys() -> set[str]:
    return {article_key(product_at(SEED, index).article) for index in range(SKUS)}


def test_clean_rows_are_different_products_by_their_articles(
    tmp_path: Path, keys: set[str]
) -> None:
    path = tmp_path / "clean.xlsx"
    write_order_list(path, skus=SKUS, seed=SEED, rows=ROWS, kind="clean")
    head, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    assert head == ("Артикул", "Количество")
    articles = [str(article) for article, _ in rows]
    assert len(set(articles)) == len(rows) == ROWS
    assert {article_key(article) for article in articles} <= keys
    assert all(isinstance(quantity, int) and quantity > 0 for _, quantity in rows)


def test_clean_csv_says_the_same(tmp_path: Path) -> None:
    sheet, table = tmp_path / "clean.xlsx", tmp_path / "clean.csv"
    for path in (sheet, table):
        write_order_list(path, skus=SKUS, seed=SEED, rows=ROWS, kind="clean")
    with table.open(encoding="utf-8-sig", newline="") as file:
        listed = [tuple(row) for row in csv.reader(file, delimiter=";")]
    cells = openpyxl.load_workbook(sheet).active.iter_rows(values_only=True)
    assert listed == [(str(article), str(quantity)) for article, quantity in cells]


def test_dirty_rows_mean_what_they_say(keys: set[str]) -> None:
    rows = list(order_rows(skus=SKUS, seed=SEED, rows=ROWS, kind="dirty"))
    assert {row.spelling for row in rows} == set(Spelling)
    for row in rows:
        typed = article_key(str(row.article))
        if row.product is None:
            assert row.spelling is Spelling.UNKNOWN
            assert typed not in keys
        elif row.spelling is Spelling.BARCODE:
            assert str(row.article) == row.product.barcode
        elif row.spelling is Spelling.MAKER_NUMBER:
            assert row.article in row.product.goods.part.maker_numbers
            assert typed not in keys
        elif row.spelling is Spelling.BRANDED:
            assert typed.endswith(article_key(row.product.article))
        else:
            assert typed == article_key(row.product.article)


def test_dirty_rows_are_not_written_as_the_catalogue_writes_them() -> None:
    rows = list(order_rows(skus=SKUS, seed=SEED, rows=ROWS, kind="dirty"))
    kept = [row for row in rows if row.product and row.article == row.product.article]
    assert ROWS * 0.3 < len(kept) < ROWS * 0.7
    assert any(not str(row.article).isascii() for row in rows)
    assert any(isinstance(row.quantity, str) for row in rows)
    meant = [row.product.external_id for row in rows if row.product]
    assert len(set(meant)) < len(meant)


def test_the_dirty_sheet_looks_like_a_buyers(tmp_path: Path) -> None:
    path = tmp_path / "dirty.xlsx"
    write_order_list(path, skus=SKUS, seed=SEED, rows=ROWS, kind="dirty")
    sheet = openpyxl.load_workbook(path).active
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A1:F1", "A2:F2", "B5:C5", "A5:A6", "D5:D6"} <= merged
    assert [cell.value for cell in sheet[6]][1:3] == ["Артикул", "Наименование"]
    numbers = [value for (value,) in sheet.iter_rows(7, max_col=1, values_only=True)]
    assert [number for number in numbers if isinstance(number, int)] == list(range(1, ROWS + 1))


def test_the_dirty_csv_is_of_windows(tmp_path: Path) -> None:
    path = tmp_path / "dirty.csv"
    write_order_list(path, skus=SKUS, seed=SEED, rows=ROWS, kind="dirty")
    lines = path.read_bytes().decode("windows-1251").splitlines()
    assert lines[3] == "№;Артикул;Наименование;Кол-во;Ед."
    assert len(lines) == ROWS + 6


@pytest.mark.parametrize("kind", ["clean", "dirty"])
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_equal_arguments_give_equal_bytes(
    kind: Literal["clean", "dirty"], suffix: str, tmp_path: Path
) -> None:
    one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
    for path in (one, two):
        write_order_list(path, skus=SKUS, seed=SEED, rows=90, kind=kind)
    assert one.read_bytes() == two.read_bytes()


def test_more_rows_than_products_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="rows"):
        write_order_list(tmp_path / "list.xlsx", skus=10, seed=1, rows=11, kind="clean")
    assert list(tmp_path.iterdir()) == []
