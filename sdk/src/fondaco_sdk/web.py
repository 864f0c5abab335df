"""What a plugin's page returns, and what a slot function returns."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class Page(Struct, frozen=True):
    """Render a template of the plugin (`loyalty/admin.html`) inside the shell.

    `triggers` are events for the browser (`cart-changed`), after which the kernel redraws.
    """

    template: str
    context: Mapping[str, Any] = {}
    status: int = 200
    triggers: tuple[str, ...] = ()


class Redirect(Struct, frozen=True):
    """Go to `href`; `notice` is shown there once."""

    href: str
    notice: str = ""


class Fragment(Struct, frozen=True):
    """A piece of HTML for a slot, from a template of the plugin."""

    template: str
    context: Mapping[str, Any] = {}
