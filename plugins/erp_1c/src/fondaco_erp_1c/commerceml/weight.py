"""The scales: a file must not fill the memory, whatever it is made of."""

from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.commerceml.tree import Element

_WEIGH_EVERY = 1 << 18
_MOST_BYTES = 32 << 20
_MOST_STANDSTILLS = 2


class Scales:
    """Weighs what is still unread of a tree, every 256 kB of the file.

    What has been read is released, so the tree is light unless one record is enormous or the file
    consists of elements nobody asked for. Four bytes of XML can cost 250 bytes of memory, so the
    tree is weighed and not the file. A tree that does not grow though the file goes on means that
    the parser waits for the end of one tag or comment, and keeps all of it.
    """

    def __init__(self) -> None:
        self._read = 0
        self._weight = 0
        self._standstills = 0

    def progress(self) -> None:
        """An element began or ended."""
        self._standstills = -1

    def add(self, size: int, root: Element) -> None:
        """So many more bytes were parsed. Raises SourceRefused."""
        self._read += size
        if self._read < _WEIGH_EVERY:
            return
        self._read = 0
        weight = _weight(root)
        self._standstills = self._standstills + 1 if weight == self._weight else 0
        self._weight = weight
        if self._standstills >= _MOST_STANDSTILLS:
            raise SourceRefused("source.record_too_large", line=str(root.sourceline))


def _weight(root: Element) -> int:
    weight = 0
    for element in root.iter():
        weight += 320 + 256 * len(element.attrib) + 2 * len(element.text or "")
        if weight > _MOST_BYTES:
            raise SourceRefused("source.record_too_large", line=str(element.sourceline))
    return weight
