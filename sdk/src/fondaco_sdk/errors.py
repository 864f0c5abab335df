"""Errors a plugin may raise or meet.

FondacoError
├── UserError            the person can mend it; shown as it is, status 422
│   ├── NotFound         404: absent, or another company's
│   ├── Forbidden        403: signed in, but without the permission
│   ├── Conflict         409: the world has moved since the page was shown
│   └── TooMany          429: too often; carries seconds to wait
└── Fault                we or a plugin broke; logged, shown as a short apology
    ├── PluginFault      names plugin, hook and remedy
    └── Unavailable      503: a neighbour sleeps; carries seconds to wait
"""

from fondaco_sdk.types.reason import Reason


class FondacoError(Exception):
    """The base of all errors of the SDK."""


class UserError(FondacoError):
    """A mistake the person can mend. `fields` maps a form field to its own message."""

    status = 422

    def __init__(self, reason: Reason, fields: dict[str, Reason] | None = None) -> None:
        super().__init__(f"{reason.code}: {reason.en}")
        self.reason = reason
        self.fields = fields or {}


class NotFound(UserError):
    """What was asked for does not exist, or not for this company: the two look the same."""

    status = 404


class Forbidden(UserError):
    """The actor lacks a permission."""

    status = 403


class Conflict(UserError):
    """What was shown is no longer so; nothing was written."""

    status = 409


class TooMany(UserError):
    """Tried too often; in `retry_after` seconds it may be tried again."""

    status = 429

    def __init__(self, reason: Reason, retry_after: int) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Fault(FondacoError):
    """Something broke that the person cannot mend."""


class PluginFault(Fault):
    """A plugin broke a seam. The message names the plugin, the hook and the remedy."""

    def __init__(self, plugin: str, hook: str, remedy: str) -> None:
        super().__init__(f"plugin {plugin!r}, hook {hook!r}: {remedy}")
        self.plugin = plugin
        self.hook = hook
        self.remedy = remedy


class Unavailable(Fault):
    """A service outside does not answer; try again after `retry_after` seconds.

    `why` is for staff, where more is known than that it is silent.
    """

    def __init__(self, what: str, retry_after: int = 5, why: Reason | None = None) -> None:
        super().__init__(f"{what} does not answer")
        self.what = what
        self.retry_after = retry_after
        self.why = why
