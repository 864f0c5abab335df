"""The currency in a cell of a list, by code, number, sign or name."""

from babel.numbers import list_currencies

_CODES = frozenset(list_currencies())
_NAMES = {
    "RUB": "643 810 rur ₽ р руб рубль рубли рублей",
    "USD": "840 $ дол долл доллар доллары долларсша",
    "EUR": "978 € евро",
    "BYN": "933 br белруб белорусскийрубль",
    "KZT": "398 ₸ тг тенге",
    "CNY": "156 ¥ юань юани rmb",
    "UAH": "980 ₴ грн гривна",
}
_BY_NAME = {name: code for code, names in _NAMES.items() for name in names.split()}


def read_currency(written: str) -> str | None:
    """The ISO 4217 code; None if it is not known."""
    plain = "".join(
        character for character in written if not character.isspace() and character != "."
    )
    if plain.upper() in _CODES:
        return plain.upper()
    return _BY_NAME.get(plain.casefold())
