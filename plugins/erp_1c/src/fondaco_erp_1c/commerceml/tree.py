"""Elements by local name: the namespace of CommerceML differs from one 1C to the next."""

from collections.abc import Iterator
from typing import Any, TypeAlias

Element: TypeAlias = Any  # lxml has no types

_MOST_NAMES = 2_000
_LAST_LINE = 65_535


class _LocalNames(dict[str, str]):
    """The local name of a tag, remembered; the cap keeps a hostile file from filling it."""

    def __missing__(self, tag: str) -> str:
        name = tag.rpartition("}")[2]
        if len(self) < _MOST_NAMES:
            self[tag] = name
        return name


LOCAL = _LocalNames()


def texts(element: Element) -> dict[str, str | None]:
    """The texts of the children by local name; of a repeated child, the last."""
    local = LOCAL
    return {local[child.tag]: child.text for child in element}


def child(element: Element, name: str) -> Element | None:
    """The first child of that local name."""
    return next(children(element, name), None)


def children(element: Element, name: str) -> Iterator[Element]:
    """The children of that local name."""
    local = LOCAL
    return (found for found in element if local[found.tag] == name)


def parent_name(element: Element) -> str:
    """The local name of the parent; empty at the root."""
    parent = element.getparent()
    return "" if parent is None else LOCAL[parent.tag]


def line_of(element: Element) -> int:
    """The line of an element; behind line 65,535 that of its parent, where it has no text itself.

    libxml2 keeps larger numbers with the texts only.
    """
    line, parent = int(element.sourceline), element.getparent()
    return int(parent.sourceline) if line == _LAST_LINE and parent is not None else line


def release(element: Element) -> None:
    """Forget an element that has been read, and all its elder siblings."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
