"""What a web process runs: the application, built from the settings it inherits."""

import gc
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
    app = create_app(create_hall(settings, database_url=settings.database_url))
    _settle_memory()
    return app


def _settle_memory() -> None:
    """What stands now stays: the collector need not walk through it while a buyer waits.

    A cart of 500 lines makes tens of thousands of objects, nearly all without cycles; by the
    default threshold they would be searched some hundred times for one page.
    """
    gc.set_threshold(100_000, 20, 100)
    gc.collect()
    gc.freeze()
