"""Forms: one mistake raised, or all of them noted."""

from datetime import date
from decimal import Decimal

import pytest

from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form

FORM = Form(
    {
        "name": [" Болт "],
        "price": ["1 234,50"],
        "much": ["много"],
        "none": [""],
        "since": ["2026-11-27"],
    }
)


def test_readers_raise_for_their_field() -> None:
    assert FORM.required("name") == "Болт"
    assert FORM.decimal("price") == Decimal("1234.50")
    for read, name in ((FORM.required, "none"), (FORM.decimal, "much"), (FORM.decimal, "absent")):
        with pytest.raises(UserError) as wrong:
            read(name)
        assert list(wrong.value.fields) == [name]


def test_a_form_read_whole_has_all_its_mistakes_at_once() -> None:
    reading = FORM.reading()
    assert reading.required("name") == "Болт"
    assert reading.required("none") == ""
    assert reading.decimal("much") == 0
    assert reading.decimal("absent") == 0
    reading.refuse("name", Reason("test.short", "Коротко", "Too short"))
    reading.refuse("none", Reason("test.second", "Второе", "A second one"))
    with pytest.raises(UserError) as wrong:
        reading.done()
    assert {name: reason.code for name, reason in wrong.value.fields.items()} == {
        "none": "form.required",
        "much": "form.number",
        "absent": "form.required",
        "name": "test.short",
    }
    assert FORM.values()["much"] == "много"


def test_a_form_without_mistakes_passes() -> None:
    reading = FORM.reading()
    reading.required("name")
    reading.done()


def test_a_choice_is_one_of_those_that_are_known() -> None:
    reading = FORM.reading()
    assert reading.choice("name", {"Болт": 1, "Гайка": 2}) == "Болт"
    assert reading.choice("none", ("", "Болт")) == ""
    assert not reading.mistakes
    assert reading.choice("much", ("мало",)) == reading.choice("none", ("мало",)) == ""
    assert [reason.code for reason in reading.mistakes.values()] == ["form.choose"] * 2


def test_a_day_is_a_day_or_none_at_all() -> None:
    reading = FORM.reading()
    assert reading.day("since", required=True) == date(2026, 11, 27)
    assert reading.day("none") is reading.day("absent") is None
    assert not reading.mistakes
    assert reading.day("much") is reading.day("none", required=True) is None
    assert {name: reason.code for name, reason in reading.mistakes.items()} == {
        "much": "form.day",
        "none": "form.day",
    }
