"""How Excel shows a number under a number format: 123 under 000000 is 000123."""

import re

_NOISE = re.compile(r"\[[^\]]*\]|_.|\*.")
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|([0#?])|([-/. ():+])|(.)', re.DOTALL)
_SCIENTIFIC = re.compile(r"0(\.0+)?E\+0+", re.IGNORECASE)


def displayed(value: float, code: str) -> str | None:
    """The number as shown, or None if the format is none that spells an article number."""
    code = _NOISE.sub("", code.split(";")[0])
    if value < 0 or code == "General":
        return None
    if _SCIENTIFIC.fullmatch(code):
        return _typed_with_exponent(value)
    tokens = _tokens(code)
    if tokens is None:
        return None
    whole, point, fraction = _split_at_point(tokens)
    places = sum(1 for _, slot in fraction if slot)
    digits, _, decimals = f"{value:.{places}f}".partition(".")
    if not any(slot for _, slot in whole):
        return None
    return _fill_from_right(whole, digits) + point + _fill_from_left(fraction, decimals)


def _typed_with_exponent(value: float) -> str | None:
    """12E3 typed into a cell becomes 12000 in scientific notation."""
    digits = f"{value:.0f}"
    mantissa = digits.rstrip("0")
    if value != int(value) or not mantissa:
        return None
    return f"{mantissa}E{len(digits) - len(mantissa)}"


def _tokens(code: str) -> list[tuple[str, bool]] | None:
    """(text, is a digit slot) of each piece, or None where the format is of another sort."""
    tokens = []
    for quoted, escaped, slot, plain, other in _TOKEN.findall(code):
        if other:
            return None
        tokens.append((quoted or escaped or slot or plain, bool(slot)))
    return tokens


def _split_at_point(
    tokens: list[tuple[str, bool]],
) -> tuple[list[tuple[str, bool]], str, list[tuple[str, bool]]]:
    point = (".", False)
    if point not in tokens:
        return tokens, "", []
    at = tokens.index(point)
    return tokens[:at], ".", tokens[at + 1 :]


def _fill_from_right(tokens: list[tuple[str, bool]], digits: str) -> str:
    left = list(digits)
    first_slot = next(i for i, (_, slot) in enumerate(tokens) if slot)
    pieces: list[str] = []
    for index in range(len(tokens) - 1, -1, -1):
        text, slot = tokens[index]
        if not slot:
            pieces.append(text)
        elif index == first_slot and left:
            pieces.append("".join(left))
        elif left:
            pieces.append(left.pop())
        elif text == "0":
            pieces.append("0")
    return "".join(reversed(pieces))


def _fill_from_left(tokens: list[tuple[str, bool]], digits: str) -> str:
    left = iter(digits)
    return "".join(next(left, "0") if slot else text for text, slot in tokens)
