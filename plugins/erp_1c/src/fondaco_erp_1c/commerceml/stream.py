"""A CommerceML file as a stream of elements, in constant memory and without surprises.

A file is data, never a program: a document type is refused outright, so no entity can be declared;
nothing outside the file is read; the encoding is decided here and not by the parser, which would
accept UTF-7 and anything else the C library converts.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.commerceml.tree import LOCAL, Element
from fondaco_erp_1c.commerceml.weight import Scales

SECTIONS = ("Классификатор", "Каталог", "ПакетПредложений", "ИзмененияПакетаПредложений")
ROOTS = ("КоммерческаяИнформация", *SECTIONS)

_CHUNK = 1 << 16
_PROLOG_STEP = 1 << 10
_XINCLUDE = "{http://www.w3.org/2001/XInclude}"
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "recover": False,
    "remove_comments": True,
    "remove_pis": True,
    "remove_blank_text": True,
}
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "windows-1251": "windows-1251",
    "cp1251": "windows-1251",
    "cp-1251": "windows-1251",
    "win-1251": "windows-1251",
}
_BAD_BYTES = frozenset({81, 6003})  # XML_ERR_INVALID_ENCODING, XML_I18N_CONV_FAILED


def elements(source: BinaryIO, names: tuple[str, ...]) -> Iterator[tuple[str, Element]]:
    """Yield ("start" | "end", element) for the root and the elements of these local names.

    The caller releases what it has read. Raises SourceRefused; what was complete before the
    broken place has been yielded by then.
    """
    chunk = source.read(_CHUNK)
    encoding, chunk = _encoding(chunk)
    _check_root(chunk, encoding)
    tags = [f"{_XINCLUDE}*", *(f"{{*}}{name}" for name in (*ROOTS, *names))]
    parser = etree.XMLPullParser(("start", "end"), tag=tags, encoding=encoding, **_SAFE)
    root: Element = None
    scales = Scales()
    while True:
        failure = _feed(parser, chunk)
        for event, element in parser.read_events():
            if root is None:
                root = element.getroottree().getroot()
            elif element.tag.startswith(_XINCLUDE):
                raise SourceRefused("source.include", line=str(element.sourceline))
            yield event, element
            scales.progress()
        if failure is not None:
            raise failure
        if not chunk:
            return
        scales.add(len(chunk), root)
        chunk = source.read(_CHUNK)


def _feed(parser: Any, chunk: bytes) -> SourceRefused | None:
    """Parse the next bytes, none at the end; an error waits until the good part was yielded."""
    try:
        if chunk:
            parser.feed(chunk)
        else:
            parser.close()
    except etree.XMLSyntaxError as error:
        return _broken(error.code, *error.position)
    # An undeclared entity stops the parser without an exception, and the rest would go unread.
    for entry in parser.feed_error_log.filter_from_errors():
        return _broken(entry.type, entry.line, entry.column)
    return None


def _broken(code: int, line: int, column: int) -> SourceRefused:
    if code in _BAD_BYTES:
        return SourceRefused("source.encoding_broken", line=str(line), column=str(column))
    return SourceRefused("source.broken", line=str(line), column=str(column))


def _encoding(start: bytes) -> tuple[str, bytes]:
    """The encoding, and the bytes without the byte order mark."""
    marked = start.startswith(b"\xef\xbb\xbf")
    start = start.removeprefix(b"\xef\xbb\xbf")
    if not start.strip():
        raise SourceRefused("source.empty")
    if b"\x00" in start[:8] or start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceRefused("source.encoding", encoding="UTF-16")
    if not start.lstrip().startswith(b"<"):
        raise SourceRefused("source.not_xml")
    declared = _DECLARED.match(start)
    name = declared[1].decode("ascii") if declared else "utf-8"
    encoding = "utf-8" if marked else _ENCODINGS.get(name.lower())
    if encoding is None:
        raise SourceRefused("source.encoding", encoding=name)
    return encoding, start


def _check_root(start: bytes, encoding: str) -> None:
    """Refuse a document type and a root that is not CommerceML before anything else is parsed."""
    parser = etree.XMLPullParser(("start",), encoding=encoding, **_SAFE)
    for offset in range(0, len(start), _PROLOG_STEP):
        failure = _feed(parser, start[offset : offset + _PROLOG_STEP])
        for _, root in parser.read_events():
            if root.getroottree().docinfo.doctype:
                raise SourceRefused("source.doctype")
            if LOCAL[root.tag] not in ROOTS:
                raise SourceRefused("source.not_commerceml", root=LOCAL[root.tag][:80])
            return
        if b"<!DOCTYPE" in start[: offset + 2 * _PROLOG_STEP]:
            raise SourceRefused("source.doctype")
        if failure is not None:
            raise failure
    raise SourceRefused("source.not_xml")
