"""The one exception of the reader."""

from collections.abc import Mapping


class SourceRefused(Exception):
    """A file or package that cannot be read, or not any further.

    `code` is stable (`source.doctype`, `package.unsafe_name`), `params` its values; the texts are
    in `locales/`, under `erp_1c.refused.<code>`. Records yielded before it are sound.
    """

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str] = params

    def __str__(self) -> str:
        values = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code} ({values})" if values else self.code
