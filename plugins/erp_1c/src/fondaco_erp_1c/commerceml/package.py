"""A package of one exchange: a folder, a zip or one file, read in the order of its meaning."""

import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, cast
from zipfile import BadZipFile

from fondaco_erp_1c.commerceml.archive import open_archive
from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.commerceml.pictures import is_picture, safe_path
from fondaco_erp_1c.commerceml.reader import read_file
from fondaco_sdk.types.records import (
    ImportRecord,
    PackageRecord,
    PriceRecord,
    Section,
    StockRecord,
    VariantRecord,
)

_CLASSIFIER, _CATALOG, _OFFERS, _PRICES, _STOCK, _REFUSED = range(6)
_BY_FIRST_OFFER: dict[type, int] = {
    VariantRecord: _OFFERS,
    PriceRecord: _PRICES,
    StockRecord: _STOCK,
}
_DIGITS = re.compile(r"([0-9]+)")
_UNPACKING = (BadZipFile, zlib.error, EOFError, NotImplementedError)


class _Members(Protocol):
    """The files of a package by safe relative name."""

    def names(self) -> list[str]: ...

    def read(self, name: str) -> Iterator[ImportRecord]: ...

    def bytes_of(self, name: str) -> bytes: ...


def read_package(path: Path) -> Iterator[tuple[str, Iterator[ImportRecord]]]:
    """Yield (member name, its records): classifiers, goods, offers, prices, stock.

    The order is decided by what the files hold; files that cannot be read come last, and their
    iterator raises SourceRefused. The iterators are independent and may be read in any order.
    Raises SourceRefused for a package that is unsafe or holds no XML.
    """
    members = _members(path)
    names = members.names()
    if len(names) > 1:
        names = [name for name in names if name.lower().endswith(".xml")]
    if not names:
        raise SourceRefused("package.no_files")
    for name in sorted(names, key=lambda name: (_meaning(members.read(name)), _natural(name))):
        yield name, members.read(name)


def package_images(path: Path) -> tuple[str, ...]:
    """The pictures of a package by relative name with forward slashes, as `images` names them."""
    return tuple(sorted(name for name in _members(path).names() if is_picture(name)))


def read_image(path: Path, name: str) -> bytes:
    """The bytes of a picture that `package_images` named."""
    return _members(path).bytes_of(name)


def _members(path: Path) -> _Members:
    if path.is_dir():
        return _Folder(path)
    if not path.is_file():
        raise SourceRefused("package.not_found", name=path.name)
    with path.open("rb") as file:
        return _Archive(path) if file.read(4) in (b"PK\x03\x04", b"PK\x05\x06") else _Single(path)


class _Single:
    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        return [self._path.name]

    def read(self, name: str) -> Iterator[ImportRecord]:
        return read_file(self._path)

    def bytes_of(self, name: str) -> bytes:
        return self._path.read_bytes()


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        return [
            found.relative_to(self._path).as_posix()
            for folder, _, files in os.walk(self._path, followlinks=False)
            for found in (Path(folder, name) for name in files)
            if not found.is_symlink() and found.is_file()
        ]

    def read(self, name: str) -> Iterator[ImportRecord]:
        return read_file(self._path / name)

    def bytes_of(self, name: str) -> bytes:
        return (self._path / name).read_bytes()


class _Archive:
    def __init__(self, path: Path) -> None:
        self._path = path
        with open_archive(path) as archive:
            infos = [member for member in archive.infolist() if not member.is_dir()]
        self._infos = {safe_path(member.filename) or "": member for member in infos}

    def names(self) -> list[str]:
        return list(self._infos)

    def read(self, name: str) -> Iterator[ImportRecord]:
        try:
            with open_archive(self._path) as archive, archive.open(self._infos[name]) as file:
                yield from read_file(cast(BinaryIO, file))
        except _UNPACKING as error:
            raise SourceRefused("package.broken_archive") from error

    def bytes_of(self, name: str) -> bytes:
        with open_archive(self._path) as archive:
            return archive.read(self._infos[name])


def _meaning(records: Iterator[ImportRecord]) -> int:
    """What a file is, by its first record of goods or offers."""
    section: Section | None = None
    try:
        for record in records:
            if isinstance(record, PackageRecord):
                section = record.section
            elif section is Section.CATALOG:
                return _CATALOG
            elif type(record) in _BY_FIRST_OFFER:
                return _BY_FIRST_OFFER[type(record)]
    except SourceRefused:
        return _REFUSED
    return _CLASSIFIER


def _natural(name: str) -> list[tuple[int, str]]:
    """Orders `import0_2.xml` before `import0_10.xml`."""
    keys: list[tuple[int, str]] = []
    for at, part in enumerate(_DIGITS.split(name.lower())):
        digits = part.lstrip("0")
        keys.append((len(digits), digits) if at % 2 else (-1, part))
    return keys
