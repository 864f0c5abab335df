"""Order lists as files: what a buyer sends by mail."""

import csv
import datetime
from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

from fondaco.demo.orders import Kind, OrderRow, order_rows

_MADE = datetime.datetime(2026, 3, 12, 9, 30, tzinfo=datetime.UTC)
_TITLE = "Заявка на поставку запасных частей № 118 от 12.03.2026"
_BUYER = "ООО «Автостан Сервис», г. Москва"
_REQUEST = "Просим подтвердить наличие и срок поставки до конца дня."
_AUTHOR = "Заявку составил: Соколов М. А., тел. доб. 214"
_SECTION_EVERY = 60
_AS_NUMBERS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_order_list(path: Path, *, skus: int, seed: int, rows: int, kind: Kind) -> None:
    """Write an order list for the catalogue `skus`, `seed`: xlsx, or csv where `path` ends so.

    "clean": two columns, every article exact. "dirty": titles, a heading of two merged rows, a
    column of row numbers, sections, articles as people spell them, numbers that are nowhere, a
    total and a signature; as csv in windows-1251. Equal arguments give equal bytes. ValueError
    where there are more rows than products.
    """
    wanted = list(order_rows(skus=skus, seed=seed, rows=rows, kind=kind))
    if path.suffix.lower() == ".csv":
        _write_csv(path, wanted, kind)
    elif kind == "clean":
        _write_clean_sheet(path, wanted)
    else:
        _write_dirty_sheet(path, wanted)


def _write_csv(path: Path, wanted: Iterable[OrderRow], kind: Kind) -> None:
    encoding = "utf-8-sig" if kind == "clean" else "windows-1251"
    with path.open("w", encoding=encoding, newline="", errors="replace") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        if kind == "clean":
            writer.writerow(("Артикул", "Количество"))
            writer.writerows((row.article, row.quantity) for row in wanted)
            return
        writer.writerows(
            ([_BUYER], [_TITLE], [], ["№", "Артикул", "Наименование", "Кол-во", "Ед."])
        )
        for number, row in enumerate(wanted, start=1):
            name = row.name.replace("×", "х")
            writer.writerow((number, row.article, name, row.quantity, row.unit))
        writer.writerows(([], [_AUTHOR]))


def _write_clean_sheet(path: Path, wanted: Iterable[OrderRow]) -> None:
    with xlsxwriter.Workbook(path, _AS_NUMBERS) as book:
        book.set_properties({"created": _MADE})
        sheet = book.add_worksheet("Заказ")
        sheet.set_column(0, 0, 26)
        sheet.write_row(0, 0, ("Артикул", "Количество"), book.add_format({"bold": True}))
        for place, row in enumerate(wanted, start=1):
            sheet.write_row(place, 0, (row.article, row.quantity))


def _write_dirty_sheet(path: Path, wanted: list[OrderRow]) -> None:
    with xlsxwriter.Workbook(path, _AS_NUMBERS) as book:
        book.set_properties({"created": _MADE})
        sheet = book.add_worksheet("Заявка")
        head = book.add_format({"bold": True, "border": 1, "align": "center", "valign": "vcenter"})
        for column, width in enumerate((5, 24, 58, 10, 7, 18)):
            sheet.set_column(column, column, width)
        sheet.merge_range(0, 0, 0, 5, _BUYER, book.add_format({"italic": True}))
        sheet.merge_range(1, 0, 1, 5, _TITLE, book.add_format({"bold": True, "font_size": 14}))
        sheet.write(2, 0, _REQUEST)
        sheet.merge_range(4, 1, 4, 2, "Номенклатура", head)
        sheet.write_row(5, 1, ("Артикул", "Наименование"), head)
        for column, title in ((0, "№"), (3, "Кол-во"), (4, "Ед."), (5, "Примечание")):
            sheet.merge_range(4, column, 5, column, title, head)
        place = 6
        for number, row in enumerate(wanted, start=1):
            if number % _SECTION_EVERY == 1 and len(wanted) > _SECTION_EVERY:
                title = f"Участок {number // _SECTION_EVERY + 1}"
                sheet.merge_range(place, 0, place, 5, title, book.add_format({"bold": True}))
                place += 1
            sheet.write_row(place, 0, (number, row.article, row.name, row.quantity, row.unit))
            place += 1
        sheet.write_row(place, 1, ("Итого позиций:", len(wanted)))
        sheet.write(place + 2, 1, _AUTHOR)
