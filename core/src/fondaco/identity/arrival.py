"""Coming in: a new session under a new key, and a browser that is known from now on."""

from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from fondaco.hooks.context import ActContext
from fondaco.identity import devices
from fondaco.identity.sessions import COOKIE, open_session
from fondaco.settings import Server
from fondaco.web.respond import redirect_to
from fondaco_sdk.web import Redirect

CSRF_COOKIE = "csrftoken"
DAY = 24 * 3600


async def arrive(
    request: Request[Any, Any, Any], act: ActContext, user_id: int, target: Redirect
) -> Response[Any]:
    """Open the session and go to `target`; the session of before dies."""
    server = act.hall.settings.server
    old = request.cookies.get(COOKIE)
    key = await open_session(act.connection, user_id, server.session_days, replaces=old)
    await act.audit("session.open", f"user:{user_id}", None, None)
    cookies = [guarded_cookie(server, COOKIE, key, server.session_days)]
    cookies.append(await known_device(request, act, user_id))
    answer = redirect_to(request, act, target, cookies)
    answer.delete_cookie(CSRF_COOKIE)
    return answer


async def known_device(request: Request[Any, Any, Any], act: ActContext, user_id: int) -> Cookie:
    """The cookie by which this browser is known for the user."""
    key = await devices.know_device(act, user_id, request.cookies.get(devices.COOKIE))
    return guarded_cookie(act.hall.settings.server, devices.COOKIE, key, devices.DAYS)


def guarded_cookie(server: Server, name: str, value: str, days: int) -> Cookie:
    """A cookie that no script reads and no other site sends."""
    return Cookie(
        key=name,
        value=value,
        max_age=days * DAY,
        httponly=True,
        secure=server.secure_cookies,
        samesite="lax",
    )
