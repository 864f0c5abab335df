"""From an exception to an answer: a page, a fragment for htmx, or problem details for the API."""

import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment
from litestar import MediaType, Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotAuthorizedException,
    ValidationException,
)
from litestar.response import Redirect as LitestarRedirect
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fondaco.hooks.context import AskContext
from fondaco.web.api import DetailedConflict
from fondaco.web.htmx import is_htmx
from fondaco.web.shell import Shell
from fondaco_sdk.errors import PluginFault, TooMany, Unavailable, UserError

log = logging.getLogger("fondaco.web")

API = "/api/"
RETRY_AFTER = 5
GuestShell = Callable[[Request[Any, Any, Any]], Shell]
ExceptionHandler = Callable[[Request[Any, Any, Any], Exception], Response[Any]]


class Failures:
    """The exception handlers of the application."""

    def __init__(self, environment: Environment, shell: GuestShell) -> None:
        self._environment = environment
        self._shell = shell

    def handlers(self) -> dict[int | type[Exception], ExceptionHandler]:
        """For Litestar; the most specific class wins."""
        return {
            UserError: self.user_error,
            HTTPException: self.http,
            PluginFault: self.plugin_fault,
            Unavailable: self.unavailable,
            OperationalError: self.unavailable,
            InterfaceError: self.unavailable,
            PoolTimeout: self.unavailable,
            OSError: self.unavailable,
            Exception: self.unexpected,
        }

    def user_error(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        """What the person can mend, in the person's language, with the fields."""
        assert isinstance(error, UserError)
        locale = _locale(request)
        fields = {name: reason.text(locale) for name, reason in error.fields.items()}
        said, code = error.reason.text(locale), error.reason.code
        if isinstance(error, DetailedConflict):
            return problem(request, error.status, said, code, fields, error.details)
        answer = self._answer(request, error.status, said, code, fields)
        if isinstance(error, TooMany):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer

    def http(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        """What the framework refuses: no route, no session, no permission, bad input, too large."""
        assert isinstance(error, HTTPException)
        if isinstance(error, NotAuthorizedException) and not _is_api(request):
            if _failed(request):
                return self._answer(request, 401, _NO_MACHINE[_locale(request)], "http.401", {})
            return self._to_sign_in(request)
        if _is_reloaded_form(request, error):
            above = request.url.path.strip("/").rpartition("/")[0]
            return LitestarRedirect(f"/{above}", status_code=303)
        status = 422 if isinstance(error, ValidationException) else error.status_code
        answer = self._answer(request, status, "", f"http.{status}", _fields_of(error))
        for name, value in (error.headers or {}).items():
            answer.headers[name] = value
        return answer

    def unavailable(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        """A neighbour sleeps: 503, and when to come back."""
        log.warning("%s: %s", request.url.path, error)
        answer = self._answer(request, 503, "", "unavailable", {})
        wait = error.retry_after if isinstance(error, Unavailable) else RETRY_AFTER
        answer.headers["Retry-After"] = str(wait)
        return answer

    def plugin_fault(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        """A plugin without which the answer would be wrong: nothing is done, and it is named."""
        assert isinstance(error, PluginFault)
        log.error("%s %s: %s", request.method, request.url.path, error)
        said = _PLUGIN_FAULT[_locale(request)].format(_title(request, error.plugin))
        answer = self._answer(request, 503, said, "plugin_fault", {})
        answer.headers["Retry-After"] = str(RETRY_AFTER)
        return answer

    def unexpected(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        """A fault of ours or of a plugin: logged whole, shown as a short apology."""
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return self.unavailable(request, error)
        if isinstance(error, DBAPIError) and _refuses_a_value(error):
            log.warning("%s %s: %s", request.method, request.url.path, error.orig)
            said = _NO_PLACE[_locale(request)]
            return self._answer(request, 400, said, "value.impossible", {})
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return self._answer(request, 500, "", "fault", {})

    def _to_sign_in(self, request: Request[Any, Any, Any]) -> Response[Any]:
        target = f"/login?next={quote(_page_of(request))}"
        if is_htmx(request):
            return Response(None, status_code=204, headers={"HX-Redirect": target})
        return LitestarRedirect(target, status_code=303)

    def _answer(
        self,
        request: Request[Any, Any, Any],
        status: int,
        text: str,
        code: str,
        fields: dict[str, str],
    ) -> Response[Any]:
        if failed := _failed(request):
            return failed(status, " ".join((text, *fields.values())).strip())
        if _is_api(request):
            return problem(request, status, text, code, fields)
        shell = self._shell(request)
        name = "kernel/error_fragment.html" if is_htmx(request) else "kernel/error.html"
        html = self._environment.get_template(name).render(
            shell=shell,
            status=status,
            text=" ".join(dict.fromkeys([text, *fields.values()])).strip(),
            request_id=str(request.scope.get("fondaco_request_id", "")),
        )
        return Response(html, status_code=status, media_type=MediaType.HTML)


def _failed(request: Request[Any, Any, Any]) -> Callable[[int, str], Response[Any]] | None:
    """How the route words a refusal to the machine that calls it."""
    handler = request.scope.get("route_handler")
    found: Callable[[int, str], Response[Any]] | None = (
        handler.opt.get("failed") if handler else None
    )
    return found


def _page_of(request: Request[Any, Any, Any]) -> str:
    """The page that was asked for, or that sent what was asked: its form still stands there."""
    url = urlsplit(str(request.url))
    if is_htmx(request) or request.method != "GET":
        header = "hx-current-url" if is_htmx(request) else "referer"
        page = urlsplit(request.headers.get(header, ""))
        if page.netloc == url.netloc:
            url = page
    return f"{url.path}?{url.query}" if url.query else url.path


def problem(
    request: Request[Any, Any, Any],
    status: int,
    text: str,
    code: str,
    fields: dict[str, str],
    details: Mapping[str, Any] | None = None,
) -> Response[Any]:
    """An RFC 9457 problem. `type` is a stable URN, `errors` maps fields to messages.

    `details` are members that this kind of problem has besides.
    """
    body: dict[str, Any] = {
        "type": f"urn:fondaco:{code}",
        "title": text or code,
        "status": status,
        "instance": request.url.path,
        "request_id": str(request.scope.get("fondaco_request_id", "")),
    }
    if fields:
        body["errors"] = fields
    body.update(details or {})
    return Response(body, status_code=status, media_type="application/problem+json")


def _is_reloaded_form(request: Request[Any, Any, Any], error: HTTPException) -> bool:
    """A browser asks for the address of a form: its refusal was reloaded, or read in another
    language. The page above it has the form.
    """
    return (
        isinstance(error, MethodNotAllowedException)
        and request.method == "GET"
        and not _is_api(request)
        and not is_htmx(request)
    )


def _fields_of(error: HTTPException) -> dict[str, str]:
    if not isinstance(error.extra, list):
        return {}
    return {
        str(item.get("key", "")): str(item.get("message", ""))
        for item in error.extra
        if isinstance(item, dict)
    }


_NO_MACHINE = {
    "ru": "Неверный логин или пароль, либо доступ отозван",
    "en": "The login or the password is wrong, or the access was revoked",
}
_NO_PLACES = frozenset({"22021", "22003", "22P05", "22000"})
"""A character, a number, an escape in JSON; and the driver's word for all of them."""

_NO_PLACE = {
    "ru": "В запросе есть знак или число, которых не бывает: проверьте, что введено",
    "en": "The request holds a character or a number that there is not: check what was typed",
}


def _refuses_a_value(error: DBAPIError) -> bool:
    """Whether the database has no place for what was sent, as the character NUL or a huge number.

    Its own word, or its driver's before sending; both have undone what the request did.
    """
    return getattr(error.orig, "sqlstate", None) in _NO_PLACES


_PLUGIN_FAULT = {
    "ru": "Модуль «{}» не отвечает, а без него цены и условия были бы неверны. Ничего не изменено."
    " Попробуйте ещё раз через минуту",
    "en": "The module “{}” does not answer, and without it prices and terms would be wrong. Nothing"
    " was changed. Try again in a minute",
}


def _title(request: Request[Any, Any, Any], plugin: str) -> str:
    """What people call a plugin."""
    ask = request.scope.get("fondaco_ask")
    found = ask.hall.registry.plugin(plugin) if isinstance(ask, AskContext) else None
    return found.title.text(_locale(request)) if found else plugin


def _is_api(request: Request[Any, Any, Any]) -> bool:
    return request.url.path.startswith(API)


def _locale(request: Request[Any, Any, Any]) -> str:
    ask = request.scope.get("fondaco_ask")
    if isinstance(ask, AskContext):
        return ask.locale
    return "en" if request.cookies.get("locale") == "en" else "ru"
