"""Pictures as SVG text: the one form in which Typst takes them out of JSON.

Raster pictures are put into an SVG as data; Typst refuses an SVG that points to a file.
"""

import base64
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from fondaco.documents.render.errors import RenderError
from fondaco_sdk.types.paper import Letterhead

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MOST_PIXELS = 50_000_000
_THUMBNAIL = (240, 240)
_LOGO = (1200, 600)


def thumbnail(image: bytes) -> str:
    """A product's picture, small enough for a page of them; "" when it cannot be read."""
    picture = _opened(image, _THUMBNAIL)
    return _embedded(picture, "JPEG") if picture else ""


def logo(letterhead: Letterhead) -> str:
    """The logo, or "" when there is none. RenderError: neither SVG nor a readable picture."""
    if letterhead.logo is None:
        return ""
    if b"<svg" in letterhead.logo[:2000]:
        return letterhead.logo.decode(errors="replace")
    picture = _opened(letterhead.logo, _LOGO)
    if picture is None:
        raise RenderError(
            "The logo of the letterhead is neither SVG nor PNG. Upload it again.",
            "Логотип для бланка не похож ни на SVG, ни на PNG. Загрузите его заново.",
        )
    return _embedded(picture, "PNG")


def _opened(data: bytes, size: tuple[int, int]) -> Image.Image | None:
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return None
            picture.thumbnail(size)
            return picture.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None


def _embedded(picture: Image.Image, form: str) -> str:
    out = BytesIO()
    if form == "JPEG":
        paper = Image.new("RGBA", picture.size, "white")
        Image.alpha_composite(paper, picture).convert("RGB").save(out, form, quality=80)
    else:
        picture.save(out, form)
    data = base64.b64encode(out.getvalue()).decode()
    width, height = picture.size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}"><image width="{width}" height="{height}"'
        f' href="data:image/{form.lower()};base64,{data}"/></svg>'
    )
