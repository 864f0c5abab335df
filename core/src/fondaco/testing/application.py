"""The application in tests: built once for the same plugins and settings, lent from test to test.

Mounting some two hundred routes and compiling the templates takes longer than most tests do. What
is lent is the application that `create_app` builds; only the hall under it changes.
"""

import re
from typing import Any, TypeAlias, cast

import msgspec
from litestar.types import ASGIApp, Receive, Scope, Send

from fondaco.app import route_requests
from fondaco.hooks.hall import Hall
from fondaco.web.csp import secured
from fondaco.web.observe import observed

_MOST_KEPT = 8
_PORT = re.compile(r"(?<=127\.0\.0\.1):\d+")
"""Each test's stub servers have others; whoever asks them reads the settings of the hall."""

_Alike: TypeAlias = tuple[tuple[int, ...], str]
_kept: "dict[_Alike, _Application]" = {}
_lent: "dict[int, tuple[_Application, ASGIApp]]" = {}


class _Application:
    def __init__(self, hall: Hall) -> None:
        self.alike = _alike(hall)
        self._under = Hall(**_parts(hall))
        self._routes = secured(cast("ASGIApp", route_requests(self._under)))

    def over(self, hall: Hall) -> ASGIApp:
        async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
            for name, part in _parts(hall).items():
                setattr(self._under, name, part)
            await self._routes(scope, receive, send)

        return observed(asgi, hall.traces)


def application_of(hall: Hall) -> ASGIApp:
    """The application of a hall, as `create_app` builds it; the same one for the same hall."""
    if id(hall) not in _lent:
        built = _kept.pop(_alike(hall), None) or _Application(hall)
        _lent[id(hall)] = built, built.over(hall)
    return _lent[id(hall)][1]


def give_back(hall: Hall) -> None:
    """Whoever works in a hall like this one may have its application now."""
    built, _ = _lent.pop(id(hall), (None, None))
    if built is not None:
        _kept[built.alike] = built
        while len(_kept) > _MOST_KEPT:
            del _kept[next(iter(_kept))]


def _alike(hall: Hall) -> _Alike:
    # A kept application holds its plugins, so their numbers are not given to others meanwhile.
    plugins = tuple(id(plugin) for plugin in hall.registry.plugins)
    settings = repr(msgspec.structs.replace(hall.settings, data_dir=""))
    return plugins, _PORT.sub("", settings)


def _parts(hall: Hall) -> dict[str, Any]:
    return {name: getattr(hall, name) for name in hall.__struct_fields__}
