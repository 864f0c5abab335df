"""Forms: one mistake raised, or all of them noted."""

from decimal import Decimal

import pytest

from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form

FORM = Form({"name": [" Болт "], "price": ["1 234,50"], "much": ["много"], "none": [""]})


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
