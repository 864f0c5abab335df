"""What a web process runs: the application, built from the settings it inherits."""

import logging

from litestar.types import ASGIApp

from fondaco.app import create_app
from fondaco.hall import create_hall
from fondaco.settings import inherited_settings


def application() -> ASGIApp:
    """The factory named to the server."""
    settings = inherited_settings()
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("fondaco").setLevel(logging.INFO)
    return create_app(create_hall(settings, database_url=settings.database_url))
