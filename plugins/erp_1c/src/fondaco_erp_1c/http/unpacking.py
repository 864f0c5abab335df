"""Archives of a session: unpacked one a call, so that no call takes too long."""

import shutil
import zlib
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

from fondaco_erp_1c.commerceml.archive import open_archive
from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.commerceml.pictures import safe_path

_BLOCK = 1 << 20


def is_archive(name: str) -> bool:
    """By its name: 1C says which of its files are packed."""
    return name.lower().endswith(".zip")


def unpack(archive: Path, folder: Path) -> Sequence[tuple[str, int]]:
    """(name, size) of what was inside and now lies in `folder`. Raises SourceRefused."""
    found: list[tuple[str, int]] = []
    try:
        with open_archive(archive) as opened:
            for member in opened.infolist():
                name = safe_path(member.filename)
                if member.is_dir() or not name:
                    continue
                target = folder / name
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                part = target.with_name(f".unpacked-{target.name}"[:200])
                with opened.open(member) as source, part.open("wb") as copy:
                    shutil.copyfileobj(source, copy, _BLOCK)
                part.rename(target)
                found.append((name, member.file_size))
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise SourceRefused("package.broken_archive") from error
    return found
