"""Why something is so, in words that outlive the plugin that said it."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

Locale = Literal["ru", "en"]


# It can be in no cycle. A long cart has thousands of these, which the collector need not visit,
# nor what holds nothing but them and figures.
class Reason(Struct, frozen=True, gc=False):
    """A stable code with its values, and its text in both languages.

    The text is written out at once and is frozen with the order, so that a price of last year can
    be explained after the plugin has gone. `params` are the values behind the text, as strings.
    """

    code: str
    ru: str
    en: str
    params: Mapping[str, str] = {}

    def text(self, locale: str) -> str:
        """The text in `locale` ("ru" or "en")."""
        return self.ru if locale == "ru" else self.en
