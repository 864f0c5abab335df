"""What a plugin's page takes and returns, and what a slot function returns."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import Struct

from fondaco_sdk.context import Subject
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason


class Page(Struct, frozen=True):
    """Render a template of the room or plugin (`loyalty/admin.html`) inside the shell.

    `slots` names the places of the page with what each is asked about; the template prints them by
    `slot("place", key)`. `triggers` are events for the browser (`cart-changed`), after which the
    kernel redraws what depends on them.
    """

    template: str
    context: Mapping[str, Any] = {}
    status: int = 200
    slots: Mapping[str, Sequence[Subject]] = {}
    triggers: tuple[str, ...] = ()


class Redirect(Struct, frozen=True):
    """Go to `href` (a path of this site); `notice` is shown there once."""

    href: str
    notice: Reason | None = None


class Fragment(Struct, frozen=True):
    """A piece of HTML for a slot, from a template of the plugin."""

    template: str
    context: Mapping[str, Any] = {}


class Form:
    """A posted form. Each reader raises `UserError` naming the field."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        """The field's text without surrounding spaces."""
        found = self._values.get(name)
        return found[0].strip() if found else default

    def all(self, name: str) -> Sequence[str]:
        """Every value of a field that may repeat."""
        return self._values.get(name, ())

    def required(self, name: str) -> str:
        """The field's text, which must not be empty."""
        value = self.text(name)
        if not value:
            _refuse(name, Reason("form.required", "Заполните поле", "Fill in this field"))
        return value

    def decimal(self, name: str) -> Decimal:
        """The field's number; a comma and spaces are understood."""
        raw = self.required(name)
        plain = raw.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".")
        try:
            value = Decimal(plain)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            _refuse(name, Reason("form.number", f"«{raw}» не число", f"“{raw}” is not a number"))
        return value

    def values(self) -> Mapping[str, str]:
        """What was typed, to show it again."""
        return {name: found[0] for name, found in self._values.items() if found}


def _refuse(field: str, reason: Reason) -> None:
    raise UserError(Reason("form.wrong", "Проверьте поля", "Check the fields"), {field: reason})
