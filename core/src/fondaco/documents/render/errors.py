"""Why a document could not be drawn."""


class RenderError(Exception):
    """The document cannot be drawn as it is; says what is wrong and what to do about it.

    Repeating the attempt does not help until somebody changes the data or the installation.
    """

    def __init__(self, english: str, russian: str) -> None:
        super().__init__(english)
        self.english = english
        self.russian = russian

    def text(self, locale: str) -> str:
        """The message for a person who reads `locale`."""
        return self.russian if locale.startswith("ru") else self.english
