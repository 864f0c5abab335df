"""Texts of the pages by key, in every language; written by hand, merged from all rooms.

A catalogue is a TOML file per language. Tables become dotted keys; a table whose keys are plural
categories ("one", "few", "many", "other") is one text with a form for each, chosen by `n`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from babel import Locale

from fondaco.web.format import number

LOCALES = ("ru", "en")
KERNEL = Path(__file__).parent / "locales"
_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})


class CatalogueError(Exception):
    """A catalogue cannot be used: says which keys, of which room, in which language."""


class MissingText(LookupError):
    """A page asked for a text that no catalogue has."""


class Translator:
    """The texts of one language. `strict`: an unknown key raises, otherwise it is shown as is."""

    def __init__(self, locale: str, texts: Mapping[str, str], *, strict: bool = True) -> None:
        self.locale = locale
        self.texts = texts
        self._strict = strict

    @cached_property
    def _plural(self) -> Locale:
        return Locale.parse(self.locale)

    def __call__(self, key: str, /, *, n: Decimal | int | None = None, **params: object) -> str:
        """The text with its `{params}`; `n` chooses the plural form. MissingText if strict."""
        text = self.texts.get(key)
        if n is not None:
            if text is None:
                text = self.texts.get(f"{key}.{self._plural.plural_form(n)}")
            params["n"] = number(n, self.locale)
        if text is None:
            if self._strict:
                raise MissingText(f"no text {key!r} in {self.locale}.toml of any room")
            return key
        return text.format_map(params) if params else text


def load_catalogues(rooms: Mapping[str, Path] | None = None) -> dict[str, dict[str, str]]:
    """Texts by language and key: the kernel's, and those of rooms under their name as a prefix.

    `rooms` maps the name of a kernel room or plugin to its folder with ru.toml and en.toml.
    CatalogueError: a file is missing, a plural form is missing, or the languages differ in keys.
    """
    texts: dict[str, dict[str, str]] = {locale: {} for locale in LOCALES}
    for room, folder in {"": KERNEL, **(rooms or {})}.items():
        found = {locale: _read(folder / f"{locale}.toml", locale) for locale in LOCALES}
        _refuse_differences(folder, found)
        for locale, own in found.items():
            prefixed = {f"{room}.{key}" if room else key: text for key, text in own.items()}
            if clash := sorted(texts[locale].keys() & prefixed.keys()):
                raise CatalogueError(f"{folder}: the kernel has these keys already: {clash}")
            texts[locale].update(prefixed)
    return texts


def text_keys(texts: Mapping[str, str]) -> frozenset[str]:
    """The keys as pages name them, without plural forms."""
    return frozenset(map(_without_form, texts))


def translators(
    rooms: Mapping[str, Path] | None = None, *, strict: bool = True
) -> dict[str, Translator]:
    """One translator a language. CatalogueError as in `load_catalogues`."""
    catalogues = load_catalogues(rooms)
    return {
        locale: Translator(locale, texts, strict=strict) for locale, texts in catalogues.items()
    }


def _read(file: Path, locale: str) -> dict[str, str]:
    try:
        tree = tomllib.loads(file.read_text("utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{file}: {error}") from error
    needed = set(Locale.parse(locale).plural_form.tags) | {"other"}
    for key, node in _tables(tree):
        if node.keys() & _FORMS and node.keys() != needed:
            raise CatalogueError(f"{file}: {key} needs the plural forms {sorted(needed)}")
    return dict(_flat(tree))


def _flat(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, node in tree.items():
        if isinstance(node, dict):
            yield from _flat(node, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(node)


def _tables(
    tree: Mapping[str, object], prefix: str = ""
) -> Iterator[tuple[str, Mapping[str, object]]]:
    for key, node in tree.items():
        if isinstance(node, dict):
            yield f"{prefix}{key}", node
            yield from _tables(node, f"{prefix}{key}.")


def _refuse_differences(folder: Path, found: Mapping[str, Mapping[str, str]]) -> None:
    keys = {locale: text_keys(texts) for locale, texts in found.items()}
    everywhere = frozenset().union(*keys.values())
    for locale, own in keys.items():
        if missing := sorted(everywhere - own):
            raise CatalogueError(f"{folder / locale}.toml lacks {missing}")


def _without_form(key: str) -> str:
    head, _, last = key.rpartition(".")
    return head if last in _FORMS else key
