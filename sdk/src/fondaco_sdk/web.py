"""What a plugin's page takes and returns, and what a slot function returns."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from litestar import Response
from msgspec import Struct

from fondaco_sdk.context import Act, Subject
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.money import is_figure
from fondaco_sdk.types.reason import Reason

MACHINE_COOKIE = "machine_pass"
"""The cookie in which a machine shows the pass that `Act.machine_pass` gave it."""

Transaction: TypeAlias = Callable[[], AbstractAsyncContextManager[Act]]
"""What a page has instead of `act` that must do slow work first, such as reading a file:

    async def take(ask: Ask, transaction: Transaction, request: Request) -> Redirect:
        sheet = await ask.sheets.read(...)
        async with transaction() as act:
"""

Gap: TypeAlias = Callable[[], Awaitable[None]]
"""What the long work of a machine awaits between its pieces, so that the people whom the process is
answering at the moment come first; it takes some hundredths of a second at most:

    async def take(ask: Ask, transaction: Transaction, gap: Gap, request: Request) -> Response:
        for document in documents:
            await gap()
"""


class Page(Struct, frozen=True):
    """Render a template of the room or plugin (`loyalty/admin.html`) inside the shell.

    `slots` names the places of the page with what each is asked about; the template prints them by
    `slot("place", key)`. `triggers` are events for the browser (`cart-changed`), after which the
    kernel redraws what depends on them. `headers` go out with the answer (`Retry-After`).
    """

    template: str
    context: Mapping[str, Any] = {}
    status: int = 200
    slots: Mapping[str, Sequence[Subject]] = {}
    triggers: tuple[str, ...] = ()
    headers: Mapping[str, str] = {}


class Redirect(Struct, frozen=True):
    """Go to `href` (a path of this site); what was done, or what could not be, is shown there once.

    `notice` stands where the page puts it, `refused` above all else, as a warning.
    """

    href: str
    notice: Reason | None = None
    refused: Reason | None = None


class Fragment(Struct, frozen=True):
    """A piece of HTML for a slot, from a template of the plugin."""

    template: str
    context: Mapping[str, Any] = {}


def workbook(content: bytes, filename: str) -> Response[bytes]:
    """The answer that saves an xlsx, as `ask.sheets.write` makes it, under an ASCII `filename`."""
    headers = {"content-disposition": f'attachment; filename="{filename}"'}
    return Response(content, media_type=_XLSX, headers=headers, status_code=200)


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHOOSE = Reason("form.choose", "Выберите из списка", "Choose from the list")
NO_DAY = Reason("form.day", "Выберите день", "Choose a day")
_WRONG = Reason("form.wrong", "Проверьте поля", "Check the fields")


class Form:
    """A posted form. Each reader raises `UserError` naming the field."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        """The field's text without surrounding spaces."""
        found = self._values.get(name)
        return found[0].strip() if found else default

    def has(self, name: str) -> bool:
        """Whether the field came with the form, be it empty."""
        return name in self._values

    def all(self, name: str) -> Sequence[str]:
        """Every value of a field that may repeat."""
        return self._values.get(name, ())

    def required(self, name: str) -> str:
        """The field's text, which must not be empty."""
        value = self.text(name)
        if not value:
            self.refuse(name, Reason("form.required", "Заполните поле", "Fill in this field"))
        return value

    def decimal(self, name: str) -> Decimal:
        """The field's number; a comma and spaces are understood."""
        raw = self.required(name)
        if not raw:
            return Decimal(0)
        plain = raw.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".")
        try:
            value = Decimal(plain)
        except InvalidOperation:
            value = Decimal("NaN")
        if not is_figure(value):
            wrong = Reason("form.number", f"«{raw}» не число", f"“{raw}” is not a number")
            self.refuse(name, wrong)
            return Decimal(0)
        return value

    def choice(self, name: str, known: Collection[str]) -> str:
        """The field's text, which must be one of `known`; "" among them is nothing chosen."""
        chosen = self.text(name)
        if chosen not in known:
            self.refuse(name, CHOOSE)
            return ""
        return chosen

    def day(self, name: str, *, required: bool = False) -> date | None:
        """The field's day as browsers send it, `2026-11-27`; None where nothing was chosen."""
        chosen = self.text(name)
        if not chosen and not required:
            return None
        try:
            return date.fromisoformat(chosen)
        except ValueError:
            self.refuse(name, NO_DAY)
            return None

    def values(self) -> Mapping[str, str]:
        """What was typed, to show it again."""
        return {name: found[0] for name, found in self._values.items() if found}

    def refuse(self, name: str, reason: Reason) -> None:
        """Raise `UserError` for one field."""
        raise UserError(_WRONG, {name: reason})

    def reading(self) -> "FormReading":
        """The same form, to be read whole: every mistake is noted, none is raised before the end.

        reading = form.reading()
        name, percent = reading.required("name"), reading.decimal("percent")
        if percent > 100:
            reading.refuse("percent", Reason(...))
        reading.done()
        """
        return FormReading(self._values)


class FormReading(Form):
    """A form whose readers answer "", 0 or None for a wrong field and note why in `mistakes`."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        super().__init__(values)
        self.mistakes: dict[str, Reason] = {}

    def refuse(self, name: str, reason: Reason) -> None:
        """Note a mistake; the first of a field stays."""
        self.mistakes.setdefault(name, reason)

    def done(self) -> None:
        """Raise one `UserError` with every mistake, if there was one."""
        if self.mistakes:
            raise UserError(_WRONG, self.mistakes)
