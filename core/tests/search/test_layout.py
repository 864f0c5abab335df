"""The other layout of the keyboard."""

import pytest

from fondaco.search.layout import other_layouts


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ghbdtn", "привет"),
        (",jkn", "болт"),
        ("`krf", "ёлка"),
        ("ЦВ-40", "WD-40"),
        ("abkmnh LORVEX", "фильтр LORVEX"),
        ("подшипник ЫЛ6205", "подшипник SK6205"),
        ("vfckj 5W-40", "масло 5W-40"),
    ],
)
def test_what_was_meant_is_among_the_readings(typed: str, meant: str) -> None:
    assert meant in other_layouts(typed)


def test_digits_and_signs_alone_have_none() -> None:
    assert other_layouts("6205-2") == other_layouts("") == other_layouts("' \"") == ()
