"""What every part of the JSON API shares: the context, the paging, the documentation's errors."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Router
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import SkipValidation
from litestar.types import ControllerRouterHandler

from fondaco.hooks.context import AskContext
from fondaco.web.routing import context_of
from fondaco_sdk.errors import Conflict
from fondaco_sdk.manifest import Auth
from fondaco_sdk.types.reason import Reason

T = TypeVar("T")

PREFIX = "/api/v1"
AskDependency = NamedDependency[SkipValidation[AskContext]]


class Problem(msgspec.Struct):
    """An RFC 9457 problem: `type` is stable, `title` is in the caller's language.

    `errors` maps a field or a line to its own message.
    """

    type: str
    title: str
    status: int
    instance: str
    request_id: str
    errors: dict[str, str] = {}


class DetailedConflict(Conflict):
    """A conflict whose problem has members of its own, as RFC 9457 provides for."""

    def __init__(self, reason: Reason, details: Mapping[str, Any]) -> None:
        super().__init__(reason)
        self.details = details


class PageOf(msgspec.Struct, Generic[T]):
    """A page of a list; `next` is the cursor of the following page, or absent at the end."""

    items: list[T]
    next: str | None = None


class Created(msgspec.Struct):
    """The id of what was made."""

    id: UUID


ERRORS = {
    status: ResponseSpec(Problem, description=text, generate_examples=False)
    for status, text in (
        (401, "No token, or one that is unknown or revoked"),
        (403, "The token's person lacks the permission"),
        (404, "Absent, or another company's"),
        (409, "The world has moved, or the key is in flight; see Retry-After"),
        (422, "Wrong input; `errors` says where"),
    )
}


def provide_ask(request: Request[Any, Any, Any]) -> AskContext:
    """The context that the identity middleware made."""
    return context_of(request)


def api_router(handlers: list[ControllerRouterHandler]) -> Router:
    """The routes of the API: token, no CSRF, one prefix."""
    return Router(
        PREFIX,
        route_handlers=handlers,
        dependencies={"ask": Provide(provide_ask, sync_to_thread=False)},
        opt={"auth": Auth.TOKEN, "exclude_from_csrf": True},
    )
