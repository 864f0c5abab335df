"""The article key: the form in which two spellings of one article number are the same."""

import unicodedata

_LOOKALIKES = str.maketrans("АВЕЁКМНОРСТУХ", "ABEEKMHOPCTYX")
_ASCII_NOISE = {code: None for code in range(128) if not chr(code).isalnum()}


def article_key(text: str) -> str:
    """Letters and digits only, upper case, Cyrillic letters that look Latin made Latin.

    "ам-104.5 в" and "AM 1045B" have the same key. Cyrillic letters without a Latin look-alike stay.
    A text without letters or digits has the key "".
    """
    if text.isascii():
        return text.upper().translate(_ASCII_NOISE)
    upper = _compose(_compose(text).casefold()).upper()
    return "".join(filter(str.isalnum, _compose(upper).translate(_LOOKALIKES)))


def _compose(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
