"""One key for all spellings of an article number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco_sdk.article_key import article_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("AM-104.5 B", "AM1045B"),
        ("ам 104/5_в", "AM1045B"),
        ("АВЕКМНОРСТУХ", "ABEKMHOPCTYX"),
        ("авекмнорстух", "ABEKMHOPCTYX"),
        ("ё12", "E12"),
        ("Ж-12 ЩИ", "Ж12ЩИ"),
        ("\ufeff 0012\u00a034\u200b", "001234"),
        ("ＡＢ１２", "AB12"),
        ("№ 5 (6)", "NO56"),
        ("=HYPERLINK", "HYPERLINK"),
        ("", ""),
        (" -./_—«»", ""),
    ],
)
def test_spellings(text: str, key: str) -> None:
    assert article_key(text) == key


TEXTS = st.one_of(st.text(), st.text(alphabet="АБВЕЁКМНОРСТУХабвеёкмнорстухABCxyz019 -./_\u00a0"))


@given(TEXTS)
def test_a_key_is_its_own_key(text: str) -> None:
    assert article_key(article_key(text)) == article_key(text)


@given(st.text(alphabet="АБВЕЁЖКМНОРСТУХабвеёжкмнорстухABCxyz019 -./_\u00a0"))
def test_case_and_punctuation_do_not_matter(text: str) -> None:
    key = article_key(text)
    assert article_key(text.lower()) == article_key(text.upper()) == key
    assert article_key(" ".join(text)) == article_key(f"({text})") == key


@given(TEXTS)
def test_nothing_but_letters_and_digits(text: str) -> None:
    key = article_key(text)
    assert key == "" or key.isalnum()
