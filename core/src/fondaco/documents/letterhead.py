"""The brand on paper: name, colour and logo of this site."""

from pathlib import Path

from fondaco.settings import Settings
from fondaco_sdk.types.paper import Letterhead

LOGOS = ("logo.svg", "logo.png")


def letterhead_of(settings: Settings) -> Letterhead:
    """Read anew for every document, so that a new logo needs no restart."""
    return Letterhead(
        site_name=settings.site.name, colour=settings.site.colour, logo=_logo(settings.theme_dir)
    )


def _logo(theme: str) -> bytes | None:
    files = (Path(theme) / name for name in LOGOS) if theme else ()
    return next((file.read_bytes() for file in files if file.is_file()), None)
