"""S16: what a logo names is not fetched, from the network nor from the disk."""

import base64
import socket
from io import BytesIO
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from fondaco.documents.render.errors import RenderError
from fondaco.documents.render.quote import quote_pdf

from .samples import LETTERHEAD, quote

PICTURE = b"/Subtype/Image"


def _drawn(address: str) -> bytes:
    """A document with a logo that names an address, or what it was refused with."""
    logo = (
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"
        f" width='99' height='99'><style>@import url({address});</style>"
        f"<image xlink:href='{address}' width='99' height='99'/><use xlink:href='{address}#a'/>"
        "</svg>"
    )
    try:
        drawn = quote_pdf(quote(), replace(LETTERHEAD, logo=logo.encode()), "ru")
    except RenderError as refused:
        return str(refused).encode()
    return drawn.replace(b"/Subtype /Image", PICTURE)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture of the server that no document should show."""
    out = BytesIO()
    Image.new("RGB", (9, 9), "red").save(out, "PNG")
    path = tmp_path / "secret.png"
    path.write_bytes(out.getvalue())
    return path


def test_a_logo_shows_no_file_of_the_server(picture: Path) -> None:
    for address in (picture.as_uri(), str(picture), f"../../../../../..{picture}"):
        assert PICTURE not in _drawn(address)


def test_a_logo_calls_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        _drawn(f"http://127.0.0.1:{server.getsockname()[1]}/x.png")
        with pytest.raises(BlockingIOError):
            server.accept()


def test_the_picture_would_be_seen_if_it_were_in_the_logo(picture: Path) -> None:
    inside = base64.b64encode(picture.read_bytes()).decode()
    assert PICTURE in _drawn(f"data:image/png;base64,{inside}")
