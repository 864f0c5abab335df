"""From what a function returned to the answer: the template in its shell, slots, redirects."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import perf_counter
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect as LitestarRedirect
from markupsafe import Markup

from fondaco.db.counting import counting
from fondaco.hooks.context import AskContext
from fondaco.hooks.trace import Call, record
from fondaco.web.htmx import is_htmx
from fondaco.web.shell import REFUSED_COOKIE, Shell
from fondaco_sdk.errors import Fault
from fondaco_sdk.web import Fragment, Page, Redirect

ShellBuilder = Callable[[Request[Any, Any, Any], AskContext], Awaitable[Shell]]
NOTICE_COOKIE = "notice"
SLOT_SECONDS = 2.0

log = logging.getLogger("fondaco.web")

_Slots = Mapping[tuple[str, str], list[tuple[str, Fragment]]]


class Renderer:
    """Renders pages with their slots; one per application."""

    def __init__(self, environment: Environment, shell: ShellBuilder) -> None:
        self._environment = environment
        self._shell = shell

    async def respond(
        self, request: Request[Any, Any, Any], ask: AskContext, result: Any
    ) -> Response[Any]:
        """Turn `Page`, `Redirect`, None (204) or a ready response into the answer."""
        if isinstance(result, Response):
            return result
        if isinstance(result, Page):
            return await self.page(request, ask, result)
        if isinstance(result, Redirect):
            return redirect_to(request, ask, result)
        if result is None:
            return Response(None, status_code=204)
        raise Fault(f"{request.url.path}: a page function returned {type(result).__name__}")

    async def page(
        self, request: Request[Any, Any, Any], ask: AskContext, page: Page
    ) -> Response[str]:
        """The template with its shell and slots."""
        slots = await self._slots(ask, page)
        shell = await self._shell(request, ask)
        html = self._environment.get_template(page.template).render(
            shell=shell,
            ask=ask,
            notice=request.cookies.get(NOTICE_COOKIE, ""),
            slot=_slot_printer(self._environment, shell, slots),
            **page.context,
        )
        response = Response(
            html, media_type=MediaType.HTML, status_code=page.status, headers=dict(page.headers)
        )
        if page.triggers:
            response.headers["HX-Trigger"] = ", ".join(page.triggers)
        for shown_once in (NOTICE_COOKIE, REFUSED_COOKIE):
            if shown_once in request.cookies and not is_htmx(request):
                response.delete_cookie(shown_once)
        return response

    async def _slots(self, ask: AskContext, page: Page) -> _Slots:
        """Ask every slot function once for the whole page; one that fails is shown as absent."""
        found: dict[tuple[str, str], list[tuple[str, Fragment]]] = {}
        for place, subjects in page.slots.items():
            for _, handler in ask.hall.registry.slots.get(place, ()):
                started = perf_counter()
                error, answer = "", {}
                with counting() as count:
                    try:
                        async with asyncio.timeout(SLOT_SECONDS):
                            answer = dict(await handler.function(ask, subjects))
                    except Exception as broken:
                        log.exception("plugin %s failed in slot %s", handler.plugin, place)
                        error = f"{type(broken).__name__}: {broken}"
                        answer = {subject.key: _failed(handler.plugin) for subject in subjects}
                for key, fragment in answer.items():
                    found.setdefault((place, key), []).append((handler.plugin, fragment))
                seconds = perf_counter() - started
                record(
                    Call(
                        f"slot {place}", handler.plugin, seconds, count.number, (answer,), 1, error
                    )
                )
        return found


def redirect_to(
    request: Request[Any, Any, Any],
    ask: AskContext,
    result: Redirect,
    cookies: Sequence[Cookie] = (),
) -> Response[Any]:
    """A redirect of the browser, or of htmx; for pages that set cookies besides."""
    for key, said in ((NOTICE_COOKIE, result.notice), (REFUSED_COOKIE, result.refused)):
        if said is not None:
            text = quote(said.text(ask.locale))
            once = Cookie(key=key, value=text, max_age=60, httponly=True, samesite="lax")
            cookies = (*cookies, once)
    if is_htmx(request):
        headers = {"HX-Redirect": result.href}
        return Response(None, status_code=204, headers=headers, cookies=list(cookies))
    return LitestarRedirect(result.href, status_code=303, cookies=list(cookies))


def _failed(plugin: str) -> Fragment:
    return Fragment("kernel/fragments/slot_failed.html", {"plugin": plugin})


def _slot_printer(
    environment: Environment, shell: Shell, slots: _Slots
) -> Callable[[str, str], Markup]:
    def print_one(fragment: Fragment) -> str:
        template = environment.get_template(fragment.template)
        return template.render(shell=shell, **fragment.context)

    def slot(place: str, key: str = "") -> Markup:
        printed = Markup("")
        for plugin, fragment in slots.get((place, key), ()):
            try:
                piece = print_one(fragment)
            except Exception:
                log.exception("plugin %s failed to print slot %s", plugin, place)
                piece = print_one(_failed(plugin))
            printed += Markup(piece)
        return printed

    return slot
