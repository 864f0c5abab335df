"""An outlet that people typed and one that the ERP sends later: when they are the same one.

Only what cannot be told wrong is told by itself, within one company:
1. The same address, written alike but for case, ё and punctuation.
2. Where either has no address, the same name.
3. Of several that fit so, the only one that has the same name.
Whatever else fits less stays two outlets, until a person says that they are one.
"""

import re
from collections.abc import Sequence

from msgspec import Struct

_BETWEEN = re.compile(r"[\W_]+")


class TypedOutlet(Struct, frozen=True):
    """An outlet that the ERP does not know."""

    id: int
    company: int
    name: str
    address: str


def same_outlet(name: str, address: str, typed: Sequence[TypedOutlet]) -> TypedOutlet | None:
    """Which of a company's outlets is meant by a name and an address; None: none, or not one."""
    wanted = _key(address)
    fitting = [one for one in typed if wanted and _key(one.address) == wanted]
    if not fitting:
        fitting = [one for one in typed if not (wanted and _key(one.address))]
        fitting = _named(name, fitting)
    if len(fitting) > 1:
        fitting = _named(name, fitting)
    return fitting[0] if len(fitting) == 1 else None


def _named(name: str, outlets: Sequence[TypedOutlet]) -> list[TypedOutlet]:
    return [one for one in outlets if _key(one.name) == _key(name)]


def _key(written: str) -> str:
    return _BETWEEN.sub(" ", written.lower().replace("ё", "е")).strip()
