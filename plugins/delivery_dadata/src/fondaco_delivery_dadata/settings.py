"""Where the service is and how it knows us."""

from urllib.parse import urlsplit

from msgspec import Struct


class DaData(Struct, frozen=True, forbid_unknown_fields=True):
    """The API key (`token`), and the address of the suggestions; without a token nobody is asked.

    `country` bounds addresses to one country (two capitals); "*" is everywhere.
    """

    token: str = ""
    url: str = "https://suggestions.dadata.ru/suggestions/api/4_1/rs"
    country: str = "RU"

    def __post_init__(self) -> None:
        """Refuse what cannot be an address, or a header."""
        address = urlsplit(self.url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError(f"url {self.url!r} is not an http or https address")
        if not self.token.isascii() or any(sign.isspace() for sign in self.token):
            raise ValueError("token has signs that no key of DaData has")
        if self.country != "*" and not (len(self.country) == 2 and self.country.isupper()):
            raise ValueError(f"country {self.country!r} is neither two capitals nor *")
