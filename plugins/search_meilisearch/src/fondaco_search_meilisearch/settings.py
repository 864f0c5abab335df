"""Where the server is."""

from urllib.parse import urlsplit

from msgspec import Struct


class Meilisearch(Struct, frozen=True, forbid_unknown_fields=True):
    """The server's address, its key, and the name of the index there.

    The key needs search, documents, indexes, settings, tasks and stats of `index` and
    `<index>_next`; "" for a server without keys. `threads` is how many searches of one process may
    be under way.
    """

    url: str = "http://127.0.0.1:7700"
    key: str = ""
    index: str = "fondaco_products"
    threads: int = 8

    def __post_init__(self) -> None:
        """Refuse what cannot be an address or a name."""
        address = urlsplit(self.url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError(f"url {self.url!r} is not an http or https address")
        if not self.index.replace("_", "").replace("-", "").isalnum() or not self.index.isascii():
            raise ValueError(f"index {self.index!r} may have Latin letters, digits, - and _ only")
        if self.threads < 1:
            raise ValueError("threads is 1 or more")
