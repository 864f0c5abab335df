"""What every part of the JSON API shares: the context, the paging, the documentation's errors."""

import inspect
from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar, get_origin, get_type_hints
from uuid import UUID

import msgspec
from litestar import Request, Router
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Body, PathParameter, QueryParameter, SkipValidation
from litestar.types import ControllerRouterHandler

from fondaco.hooks.context import AskContext
from fondaco.hooks.registry import Handler
from fondaco.web.routing import context_of
from fondaco_sdk.errors import Conflict
from fondaco_sdk.manifest import ApiRoute, Auth
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


_HANDED = ("ask", "act", "transaction")
_STATUS = {"POST": 201}
_NO_CONTENT = 204


def plugin_operation(operation: ApiRoute, handler: Handler) -> HTTPRouteHandler:
    """The Litestar handler of a plugin's operation, described by the types of its function."""
    function = handler.function
    hints = get_type_hints(function, include_extras=True)
    signature = inspect.signature(function)
    own = {n: p for n, p in signature.parameters.items() if n not in _HANDED}
    wanted = frozenset(signature.parameters)
    empty = hints.get("return") is type(None)

    async def serve(request: Request[Any, Any, Any], **arguments: Any) -> Any:
        ask = context_of(request)
        if "act" in wanted:
            async with ask.act() as act:
                return await function(act=act, **arguments)
        if "ask" in wanted:
            arguments["ask"] = ask
        if "transaction" in wanted:
            arguments["transaction"] = ask.act
        return await function(**arguments)

    first = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY)
    keyword = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own.values()]
    serve.__dict__["__signature__"] = inspect.Signature([first, *keyword])
    serve.__annotations__ = {
        "request": Request,
        **{name: _parameter(operation.path, name, hints[name]) for name in own},
        "return": None if empty else hints["return"],
    }
    serve.__name__ = function.__name__
    serve.__module__ = function.__module__
    serve.__doc__ = function.__doc__
    return HTTPRouteHandler(
        operation.path,
        http_method=[operation.method],
        opt={"policy": operation.policy},
        responses=ERRORS,
        summary=operation.summary,
        status_code=_NO_CONTENT if empty else _STATUS.get(operation.method, 200),
        request_max_body_size=operation.max_body,
        tags=[handler.plugin],
    )(serve)


def _parameter(path: str, name: str, hint: Any) -> Any:
    """Say where a parameter comes from: the body, the path, or the query."""
    if get_origin(hint) is Annotated:
        return hint
    if name == "data":
        return Annotated[hint, Body()]
    return Annotated[hint, PathParameter() if f"{{{name}:" in path else QueryParameter()]


def api_router(handlers: list[ControllerRouterHandler]) -> Router:
    """The routes of the API: token, no CSRF, one prefix."""
    return Router(
        PREFIX,
        route_handlers=handlers,
        dependencies={"ask": Provide(provide_ask, sync_to_thread=False)},
        opt={"auth": Auth.TOKEN, "exclude_from_csrf": True},
    )
