"""Every route, the kernel's and a plugin's, is declared and mounted in the same way.

A declaration names how the caller is known and which permission is needed; the guard checks it
before the function runs. The function takes what it names: `ask` (reading), `act` (one transaction
that commits when it returns), `transaction` (to begin one itself), `gap` (people come first),
`form`, `request`, and path or query parameters by Litestar's rules.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar, get_origin, get_type_hints

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import PathParameter, QueryParameter
from msgspec import Struct

from fondaco.hooks.context import AskContext
from fondaco_sdk.manifest import Auth
from fondaco_sdk.types.actor import ActorKind
from fondaco_sdk.web import Form

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
F = TypeVar("F", bound=Callable[..., Awaitable[Any]])
Responder = Callable[[Request[Any, Any, Any], AskContext, Any], Awaitable[Response[Any]]]

OPEN = ("public", "signed-in")
_HANDED = ("ask", "act", "transaction", "gap", "form", "request")


class Endpoint(Struct, frozen=True):
    """A route with the function behind it."""

    method: Method
    path: str
    policy: str
    auth: Auth
    function: Callable[..., Awaitable[Any]]
    max_body: int = 1_000_000
    failed: Callable[[int, str], Response[Any]] | None = None


def route(
    method: Method,
    path: str,
    *,
    policy: str,
    auth: Auth = Auth.COOKIE,
    max_body: int = 1_000_000,
) -> Callable[[F], F]:
    """Declare a page of a kernel room; `mount` finds it by `endpoints_of(module)`."""

    def mark(function: F) -> F:
        function.__dict__["fondaco_endpoint"] = Endpoint(
            method, path, policy, auth, function, max_body
        )
        return function

    return mark


def endpoints_of(module: Any) -> list[Endpoint]:
    """The routes declared in a module, in the order of their text."""
    found = [getattr(f, "fondaco_endpoint", None) for f in vars(module).values()]
    return [e for e in found if isinstance(e, Endpoint)]


def mount(endpoint: Endpoint, respond: Responder) -> HTTPRouteHandler:
    """The Litestar handler of a route: contexts in, `Page`, `Redirect` or a response out."""
    function = endpoint.function
    hints = get_type_hints(function, include_extras=True)
    signature = inspect.signature(function)
    own = {n: p for n, p in signature.parameters.items() if n not in _HANDED}
    wanted = frozenset(signature.parameters)

    async def serve(request: Request[Any, Any, Any], **arguments: Any) -> Response[Any]:
        ask = context_of(request)
        if "request" in wanted:
            arguments["request"] = request
        if "form" in wanted:
            arguments["form"] = await read_form(request)
        if "gap" in wanted:
            arguments["gap"] = request.scope["fondaco_gap"]  # type: ignore[typeddict-item]
        if "act" in wanted:
            async with ask.act() as act:
                result = await function(act=act, **arguments)
        else:
            if "ask" in wanted:
                arguments["ask"] = ask
            if "transaction" in wanted:
                arguments["transaction"] = ask.act
            result = await function(**arguments)
        return await respond(request, ask, result)

    request_parameter = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY)
    keyword = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own.values()]
    serve.__dict__["__signature__"] = inspect.Signature([request_parameter, *keyword])
    serve.__annotations__ = {
        "request": Request,
        **{name: _parameter(endpoint.path, name, hints[name]) for name in own},
        "return": Response,
    }
    serve.__name__ = function.__name__
    serve.__module__ = function.__module__
    serve.__doc__ = function.__doc__
    return HTTPRouteHandler(
        endpoint.path,
        http_method=[endpoint.method],
        opt={
            "policy": endpoint.policy,
            "auth": endpoint.auth,
            "exclude_from_csrf": endpoint.auth is not Auth.COOKIE,
            "failed": endpoint.failed,
        },
        include_in_schema=False,
        request_max_body_size=endpoint.max_body,
    )(serve)


def _parameter(path: str, name: str, hint: Any) -> Any:
    """Say where a parameter comes from: the path names it, or it is of the query."""
    if get_origin(hint) is Annotated:
        return hint
    source = PathParameter() if f"{{{name}:" in path else QueryParameter()
    return Annotated[hint, source]


def context_of(connection: ASGIConnection[Any, Any, Any, Any]) -> AskContext:
    """The reading context that the identity middleware made for this request."""
    ask = connection.scope.get("fondaco_ask")
    if not isinstance(ask, AskContext):
        raise NotAuthorizedException("no identity was resolved for this request")
    return ask


async def read_form(request: Request[Any, Any, Any]) -> Form:
    """The posted fields; files are left to the function, which reads `request.form()` itself."""
    posted = await request.form()
    values: Mapping[str, list[str]] = {
        name: [v for v in posted.getall(name) if isinstance(v, str)]
        for name in dict.fromkeys(posted)
    }
    return Form(values)


def check_policy(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The one guard: the route's policy against the actor's permissions."""
    policy = handler.opt.get("policy")
    if policy is None:
        raise PermissionDeniedException("this route declares no policy")
    if policy == "public":
        return
    actor = context_of(connection).actor
    if actor.kind is ActorKind.GUEST:
        raise NotAuthorizedException("sign in first")
    if policy != "signed-in" and not actor.may(policy):
        raise PermissionDeniedException(f"needs {policy}")
