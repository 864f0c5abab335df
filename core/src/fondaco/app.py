"""The application: every room's pages and every plugin's, in one Litestar app."""

import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from litestar import Litestar, Request, Router
from litestar.config.csrf import CSRFConfig
from litestar.openapi.config import OpenAPIConfig
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp, ControllerRouterHandler

from fondaco.frame import Frame
from fondaco.hooks.hall import Hall
from fondaco.hooks.registry import Registry
from fondaco.identity.arrival import CSRF_COOKIE
from fondaco.identity.middleware import WhoAsks
from fondaco.identity.who import GUEST, context
from fondaco.rooms import API, PAGES
from fondaco.web.api import api_router, plugin_operation
from fondaco.web.assets import Assets
from fondaco.web.catalogues import template_folders, translators
from fondaco.web.csp import secured
from fondaco.web.failures import Failures
from fondaco.web.observe import observed
from fondaco.web.people_first import PeopleFirst
from fondaco.web.respond import Renderer
from fondaco.web.routing import Endpoint, check_policy, endpoints_of, mount
from fondaco.web.same_site import refuse_other_sites
from fondaco.web.shell import Brand, Shell
from fondaco.web.templating import page_environment

UPLOAD_LIMIT = 60_000_000


class RouteWithoutPolicy(Exception):
    """A route that does not say who may use it; the build fails."""


def create_app(hall: Hall) -> ASGIApp:
    """The ASGI application of a hall. Raises `RouteWithoutPolicy` before the first request."""
    routes = cast("ASGIApp", route_requests(hall))
    return observed(secured(routes, hall.settings.map.tiles), hall.traces)


def route_requests(hall: Hall) -> Litestar:
    """The routes with their guards, without what is wrapped around every answer."""
    assets = Assets(static_folder())
    texts = translators(hall.registry)
    environment = page_environment(assets, texts, template_folders(hall.registry))
    brand = Brand(name=hall.settings.site.name)
    frame = Frame(hall.settings, texts, brand)
    renderer = Renderer(environment, frame)

    def guest_shell(request: Request[Any, Any, Any]) -> Shell:
        chosen = request.cookies.get("locale")
        locale = chosen if chosen in texts else None
        return frame.plain(request, context(hall, GUEST, locale=locale, request_id=""))

    failures = Failures(environment, guest_shell)
    handlers: list[ControllerRouterHandler] = [
        create_static_files_router(
            path="/static",
            directories=[static_folder()],
            include_in_schema=False,
            opt={"policy": "public", "exclude_from_csrf": True},
            cache_control=None,
        ),
        *(mount(endpoint, renderer.respond) for endpoint in endpoints(hall.registry)),
        api_router([*API, *(plugin_operation(*found) for found in hall.registry.api)]),
    ]
    app = Litestar(
        handlers,
        middleware=[WhoAsks(hall), PeopleFirst()],
        guards=[check_policy, refuse_other_sites],
        exception_handlers=cast("Any", failures.handlers()),
        csrf_config=CSRFConfig(
            secret=csrf_secret(hall),
            cookie_name=CSRF_COOKIE,
            cookie_httponly=True,
            cookie_secure=hall.settings.server.secure_cookies,
            header_name="X-CSRFToken",
            exclude_from_csrf_key="exclude_from_csrf",
        ),
        openapi_config=OpenAPIConfig(
            title=hall.settings.site.name,
            version="1",
            use_handler_docstrings=True,
            openapi_router=Router("/api/schema", route_handlers=[], opt={"policy": "public"}),
        ),
        request_max_body_size=UPLOAD_LIMIT,
        on_shutdown=[hall.close],
    )
    app.state.hall = hall
    _refuse_routes_without_policy(app)
    return app


def endpoints(registry: Registry) -> Sequence[Endpoint]:
    """Every page of the kernel's rooms and of the plugins."""
    kernel = [endpoint for module in PAGES for endpoint in endpoints_of(module)]
    plugins = [
        Endpoint(
            route.method,
            route.path,
            route.policy,
            route.auth,
            handler.function,
            route.max_body,
            registry.failures[route.failed].function if route.failed else None,
        )
        for route, handler in registry.routes
    ]
    return (*kernel, *plugins)


def static_folder() -> Path:
    """Where the built assets are."""
    return Path(__file__).parent / "web" / "static"


def csrf_secret(hall: Hall) -> str:
    """The site's secret; without one in the settings it is made once and kept with the data."""
    if hall.settings.secret:
        return hashlib.sha256(hall.settings.secret.encode()).hexdigest()
    file = hall.settings.data / "secret"
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="ascii") as made:
            made.write(secrets.token_hex(32))
        file.chmod(0o600)
    except FileExistsError:
        pass
    return file.read_text("ascii")


def _refuse_routes_without_policy(app: Litestar) -> None:
    missing = sorted(
        {
            route.path
            for route in app.routes
            for handler in getattr(route, "route_handlers", ())
            if "policy" not in handler.opt and handler.http_methods != {"OPTIONS"}
        }
    )
    if missing:
        raise RouteWithoutPolicy(f"no policy on: {', '.join(missing)}")
