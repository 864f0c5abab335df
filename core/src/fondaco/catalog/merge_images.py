"""Pictures of an import, after the switch: each is kept once and linked wherever its path is named.

A picture that never comes is no error: the product shows none until it does.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice

from msgspec import Struct

from fondaco.exchange.staging.merging import UUID7, Merging
from fondaco.files.service import Files

BATCH = 100
SIZE_LIMIT = 30_000_000
_TYPES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
)

_FILES = f"""
    insert into fondaco.file (uuid, sha256, size, media_type)
    select distinct on (f.digest) {UUID7}, f.digest, f.size, f.media_type
      from unnest(cast(:digests as bytea[]), cast(:sizes as bigint[]), cast(:types as text[]))
           as f (digest, size, media_type)
    on conflict (sha256) do nothing
"""
_LINK = """
    update fondaco.product_image i set file_id = f.id
      from unnest(cast(:paths as text[]), cast(:digests as bytea[])) as p (path, digest)
      join fondaco.file f on f.sha256 = p.digest
     where i.source_path = p.path and i.file_id is distinct from f.id
"""
_BAD = """
    select b.code, true as warning, 0 as section, 0 as row_number, b.path as reference,
           '{}'::jsonb as params
      from unnest(cast(:codes as text[]), cast(:paths as text[])) as b (code, path)
"""
MISSING = """
    select count(*) from fondaco.product_image i join fondaco.product p on p.id = i.product_id
     where i.file_id is null and p.active
"""


class Picture(Struct, frozen=True):
    """A picture whose bytes are on disk; `wrong` is the code of what is wrong with it, or ""."""

    path: str
    digest: bytes = b""
    size: int = 0
    media_type: str = ""
    wrong: str = ""


def keep_pictures(files: Files, source: Iterable[tuple[str, bytes]]) -> Iterator[list[Picture]]:
    """Write the pictures to disk and yield them by the batch."""
    pictures = (_keep(files, path, data) for path, data in source)
    while batch := list(islice(pictures, BATCH)):
        yield batch


def _keep(files: Files, path: str, data: bytes) -> Picture:
    if len(data) > SIZE_LIMIT:
        return Picture(path, wrong="image.too_large")
    media_type = _media_type(data)
    if not media_type:
        return Picture(path, wrong="image.not_a_picture")
    digest = sha256(data).digest()
    files.write(digest, data)
    return Picture(path, digest, len(data), media_type)


def _media_type(data: bytes) -> str:
    """What the bytes are, whatever they are called; "" for anything but a raster picture."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((name for start, name in _TYPES if data.startswith(start)), "")


async def link_pictures(merging: Merging, pictures: list[Picture]) -> None:
    """Link each picture to the products that name its path; report what is none."""
    good = [picture for picture in pictures if not picture.wrong]
    bad = [picture for picture in pictures if picture.wrong]
    digests = [picture.digest for picture in good]
    await merging.execute(
        _FILES,
        digests=digests,
        sizes=[picture.size for picture in good],
        types=[picture.media_type for picture in good],
    )
    await merging.count(
        "images.changed", _LINK, paths=[picture.path for picture in good], digests=digests
    )
    if bad:
        codes, paths = [p.wrong for p in bad], [p.path for p in bad]
        await merging.report(_BAD, codes=codes, paths=paths)
