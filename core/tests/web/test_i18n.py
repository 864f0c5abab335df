"""The catalogues agree, and a text that is missing is found."""

from pathlib import Path

import pytest

from fondaco.web.i18n import (
    CatalogueError,
    MissingText,
    Translator,
    load_catalogues,
    text_keys,
    translators,
)


def test_both_languages_of_the_kernel_have_the_same_texts() -> None:
    texts = load_catalogues()
    assert text_keys(texts["ru"]) == text_keys(texts["en"])
    assert len(texts["ru"]) > 50


def room(tmp_path: Path, ru: str, en: str) -> dict[str, Path]:
    (tmp_path / "ru.toml").write_text(ru)
    (tmp_path / "en.toml").write_text(en)
    return {"loyalty": tmp_path}


def test_a_plugin_adds_its_texts_under_its_name(tmp_path: Path) -> None:
    rooms = room(tmp_path, '[card]\ntitle = "Бонусы {who}"', '[card]\ntitle = "Points of {who}"')
    speak = translators(rooms)
    assert speak["ru"]("loyalty.card.title", who="Ани") == "Бонусы Ани"
    assert speak["en"]("loyalty.card.title", who="Ann") == "Points of Ann"


@pytest.mark.parametrize(
    ("n", "ru", "en"),
    [
        (1, "1 строка", "1 line"),
        (3, "3 строки", "3 lines"),
        (11, "11 строк", "11 lines"),
        (1240, "1\u202f240 строк", "1,240 lines"),
    ],
)
def test_plural_forms(n: int, ru: str, en: str) -> None:
    speak = translators()
    assert speak["ru"]("frame.cart_lines", n=n) == ru
    assert speak["en"]("frame.cart_lines", n=n) == en


def test_a_missing_text_raises_in_tests_and_shows_its_key_on_a_site() -> None:
    with pytest.raises(MissingText, match=r"no\.such"):
        Translator("ru", {})("no.such")
    assert Translator("ru", {}, strict=False)("no.such", n=2) == "no.such"


@pytest.mark.parametrize(
    ("ru", "en", "complaint"),
    [
        ('a = "а"\nb = "б"', 'a = "a"', r"en\.toml lacks \['b'\]"),
        ('[a]\none = "1"\nother = "2"', '[a]\none = "1"\nother = "2"', "plural forms"),
        ('a = "а', 'a = "a"', r"ru\.toml"),
    ],
)
def test_a_catalogue_with_a_hole_is_refused(
    tmp_path: Path, ru: str, en: str, complaint: str
) -> None:
    with pytest.raises(CatalogueError, match=complaint):
        load_catalogues(room(tmp_path, ru, en))


def test_a_room_without_catalogue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"ru\.toml"):
        load_catalogues({"loyalty": tmp_path})
