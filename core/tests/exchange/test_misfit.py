"""Why a record is not taken is said in the reader's language, with the field's place in it."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from fondaco.exchange.misfit import misfit


class Line(Struct, forbid_unknown_fields=True):
    """A line of the record."""

    sku: str
    quantity: Decimal


class Record(Struct):
    """What is sent."""

    number: str
    day: date
    lines: list[Line]


WHOLE: dict[str, Any] = {"number": "1", "day": "2026-11-27", "lines": []}


@pytest.mark.parametrize(
    ("sent", "ru", "en"),
    [
        ({"lines": ...}, "нет обязательного поля «lines»", "the field “lines” is missing"),
        (
            {"lines": [{"sku": "A"}]},
            "нет обязательного поля «lines[0].quantity»",
            "the field “lines[0].quantity” is missing",
        ),
        (
            {"lines": [{"sku": "A", "quantity": "1", "price": 2}]},
            "поле «lines[0].price» здесь не принимается",
            "the field “lines[0].price” is not taken here",
        ),
        (
            {"number": ["1"]},
            "в поле «number» ожидается текст, а пришло: список",
            "in the field “number” a text is expected, not a list",
        ),
        (
            {"lines": None},
            "в поле «lines» ожидается список, а пришло: пусто",
            "in the field “lines” a list is expected, not nothing",
        ),
        ({"day": "27.11.2026"}, "значение поля «day» не подходит", "“day” does not fit"),
        (
            {"lines": [{"sku": "A", "quantity": "два"}]},
            "значение поля «lines[0].quantity» не подходит",
            "“lines[0].quantity” does not fit",
        ),
    ],
)
def test_the_place_and_the_kind_are_named(sent: dict[str, Any], ru: str, en: str) -> None:
    raw = {name: value for name, value in {**WHOLE, **sent}.items() if value is not ...}
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.convert(raw, Record, strict=False)
    reason = misfit(wrong.value)
    assert ru in reason.ru and "`" not in reason.ru
    assert en in reason.en and "`" not in reason.en


def test_a_record_that_is_no_record_is_named_too() -> None:
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.convert(7, Record, strict=False)
    assert misfit(wrong.value).ru == (
        "Запись не подходит: ожидается набор полей, а пришло: целое число"
    )
