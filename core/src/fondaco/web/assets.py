"""Front-end files by their plain names: the build gives each a name with a hash of its contents."""

from pathlib import Path

import msgspec

STATIC = Path(__file__).parent / "static"
PREFIX = "/static"


class AssetsError(RuntimeError):
    """The front end was not built, or does not have the file that was asked for."""


class Assets:
    """The files of one build, read once. AssetsError: the folder holds no complete build."""

    def __init__(self, folder: Path = STATIC) -> None:
        manifest = folder / "manifest.json"
        try:
            self._names = msgspec.json.decode(manifest.read_bytes(), type=dict[str, str])
        except (FileNotFoundError, msgspec.DecodeError) as error:
            raise AssetsError(
                f"The front end is not built: {manifest} cannot be read. Run `make assets`."
            ) from error

    def url(self, name: str) -> str:
        """Where the browser finds a file; its contents never change under this address."""
        try:
            return f"{PREFIX}/{self._names[name]}"
        except KeyError:
            known = ", ".join(sorted(self._names))
            raise AssetsError(
                f"The build has no {name!r}, only {known}. Run `make assets`."
            ) from None
