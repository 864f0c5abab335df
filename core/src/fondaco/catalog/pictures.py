"""Pictures of products. No other stored file is served here: those have rules of their own."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Request, Response
from sqlalchemy import Select, bindparam, exists, select

from fondaco.assortments.sight import sight_of
from fondaco.catalog.queries import visible
from fondaco.catalog.tables import product, product_image
from fondaco.files.service import Files
from fondaco.files.tables import file
from fondaco.hooks.context import AskContext
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason

MEDIA_TYPES = frozenset(f"image/{kind}" for kind in ("jpeg", "png", "gif", "webp", "avif", "bmp"))
CACHE = "private, max-age=31536000, immutable"

PICTURE: Select[Any] = select(file.c.sha256, file.c.media_type).where(
    file.c.uuid == bindparam("uuid"),
    exists()
    .where(product_image.c.file_id == file.c.id, product.c.id == product_image.c.product_id)
    .where(visible()),
)


@route("GET", "/files/{uuid:uuid}", policy="catalog.view")
async def picture(request: Request[Any, Any, Any], ask: AskContext, uuid: UUID) -> Response[bytes]:
    """The picture's bytes, which never change under their address."""
    sight = await sight_of(ask)
    rows = await ask.fetch(PICTURE, {"uuid": uuid, **sight.parameters})
    if not rows or rows[0].media_type not in MEDIA_TYPES:
        raise _absent()
    digest, media_type = rows[0]
    headers = {"ETag": f'"{digest.hex()}"', "Cache-Control": CACHE}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    path = Files(ask.hall.settings.data / "files").path_of(digest)
    try:
        data = await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError:
        raise _absent() from None
    return Response(data, media_type=media_type, headers=headers)


def _absent() -> NotFound:
    return NotFound(Reason("picture.absent", "Такой картинки нет", "There is no such picture"))
