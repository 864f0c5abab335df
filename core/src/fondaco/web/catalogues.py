"""The templates and texts of all rooms and plugins, found by the names of their folders."""

import importlib.resources
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fondaco.hooks.registry import Registry
from fondaco.web.i18n import Translator, load_catalogues

KERNEL_ROOMS = (
    "identity",
    "customers",
    "lookup",
    "catalog",
    "intake",
    "cart",
    "checkout",
    "orders",
    "documents",
    "search",
    "lists",
    "exchange",
    "staff",
)


def template_folders(registry: Registry) -> Mapping[str, Path]:
    """The template folders by the prefix under which pages name them."""
    kernel = {room: _folder(f"fondaco.{room}", "templates") for room in KERNEL_ROOMS}
    plugins = {
        p.name: _folder(*p.templates.rsplit(":", 1)) for p in registry.plugins if p.templates
    }
    return {**{name: path for name, path in kernel.items() if path.exists()}, **plugins}


def translators(registry: Registry) -> dict[str, Translator]:
    """The texts of all rooms and plugins, by language. Read once in a process."""
    kernel = {room: _folder(f"fondaco.{room}", "locales") for room in KERNEL_ROOMS}
    plugins = {p.name: _folder(*p.locales.rsplit(":", 1)) for p in registry.plugins if p.locales}
    present = {name: path for name, path in kernel.items() if (path / "ru.toml").exists()}
    return _translators(tuple({**present, **plugins}.items()))


@cache
def _translators(rooms: tuple[tuple[str, Path], ...]) -> dict[str, Translator]:
    found = load_catalogues(dict(rooms))
    return {locale: Translator(locale, texts) for locale, texts in found.items()}


def _folder(package: str, name: str) -> Path:
    return Path(str(importlib.resources.files(package))) / name
