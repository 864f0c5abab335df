"""Amounts in words, as accountants expect them at the end of a document: «Двенадцать тысяч двести
рублей 00 копеек», "Twelve thousand two hundred roubles 00 kopecks"."""

from decimal import Decimal
from typing import NamedTuple

_LIMIT = Decimal(10) ** 15


class _Noun(NamedTuple):
    one: str
    few: str
    many: str
    feminine: bool = False


_RU_ONES = (
    "", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять",
    "десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать",
    "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать",
)  # fmt: skip
_RU_FEMININE = {1: "одна", 2: "две"}
_RU_TENS = (
    "", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят",
    "восемьдесят", "девяносто",
)  # fmt: skip
_RU_HUNDREDS = (
    "", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот",
    "восемьсот", "девятьсот",
)  # fmt: skip
_RU_SCALES = (
    _Noun("триллион", "триллиона", "триллионов"),
    _Noun("миллиард", "миллиарда", "миллиардов"),
    _Noun("миллион", "миллиона", "миллионов"),
    _Noun("тысяча", "тысячи", "тысяч", feminine=True),
)

_EN_ONES = (
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_EN_TENS = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_EN_SCALES = ("trillion", "billion", "million", "thousand")

_RU_UNITS = {
    "RUB": (_Noun("рубль", "рубля", "рублей"),
            _Noun("копейка", "копейки", "копеек")),
    "BYN": (_Noun("белорусский рубль", "белорусских рубля", "белорусских рублей"),
            _Noun("копейка", "копейки", "копеек")),
    "KZT": (_Noun("тенге", "тенге", "тенге"), _Noun("тиын", "тиына", "тиынов")),
    "USD": (_Noun("доллар США", "доллара США", "долларов США"),
            _Noun("цент", "цента", "центов")),
    "EUR": (_Noun("евро", "евро", "евро"), _Noun("цент", "цента", "центов")),
    "CNY": (_Noun("юань", "юаня", "юаней"), _Noun("фэнь", "фэня", "фэней")),
}  # fmt: skip
_EN_UNITS = {
    "RUB": (("rouble", "roubles"), ("kopeck", "kopecks")),
    "BYN": (("Belarusian rouble", "Belarusian roubles"), ("kopeck", "kopecks")),
    "KZT": (("tenge", "tenge"), ("tiyn", "tiyn")),
    "USD": (("US dollar", "US dollars"), ("cent", "cents")),
    "EUR": (("euro", "euros"), ("cent", "cents")),
    "CNY": (("yuan", "yuan"), ("fen", "fen")),
}


def amount_in_words(amount: Decimal, currency: str, locale: str) -> str:
    """The amount in words, minor units in digits; `locale` "ru" or "en" (with or without region).

    A currency without forms of its own is named by its code: «Пять AMD 00/100».
    ValueError: negative, not rounded to the minor unit, or 10^15 and more.
    """
    whole, minor = _split(amount)
    if locale.startswith("ru"):
        text = _russian(whole, minor, currency)
    else:
        text = _english(whole, minor, currency)
    return text[0].upper() + text[1:]


def number_in_words(number: int, locale: str) -> str:
    """A count in words, without a noun: «Сто двадцать один». ValueError as for amounts."""
    whole, _ = _split(Decimal(number))
    words = _russian_number(whole, False) if locale.startswith("ru") else _english_number(whole)
    return words[0].upper() + words[1:]


def _split(amount: Decimal) -> tuple[int, int]:
    if not 0 <= amount < _LIMIT:
        raise ValueError(f"{amount}: only amounts from 0 to 10^15 can be written in words")
    minor_units = amount * 100
    if minor_units != minor_units.to_integral_value():
        raise ValueError(f"{amount}: round to two decimals before writing in words")
    return divmod(int(minor_units), 100)


def _groups(whole: int) -> list[int]:
    return [whole // 1000**power % 1000 for power in (4, 3, 2, 1, 0)]


def _russian(whole: int, minor: int, currency: str) -> str:
    units = _RU_UNITS.get(currency)
    number = _russian_number(whole, units is not None and units[0].feminine)
    if units is None:
        return f"{number} {currency} {minor:02d}/100"
    return f"{number} {_form(whole, units[0])} {minor:02d} {_form(minor, units[1])}"


def _russian_number(whole: int, feminine: bool) -> str:
    *large, rest = _groups(whole)
    words: list[str] = []
    for group, scale in zip(large, _RU_SCALES, strict=True):
        if group:
            words += [*_russian_group(group, scale.feminine), _form(group, scale)]
    words += _russian_group(rest, feminine)
    return " ".join(words) or "ноль"


def _russian_group(group: int, feminine: bool) -> list[str]:
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10) if rest >= 20 else (0, rest)
    last = _RU_FEMININE.get(ones, _RU_ONES[ones]) if feminine else _RU_ONES[ones]
    return [word for word in (_RU_HUNDREDS[hundreds], _RU_TENS[tens], last) if word]


def _form(count: int, noun: _Noun) -> str:
    if count % 100 in range(11, 15):
        return noun.many
    return {1: noun.one, 2: noun.few, 3: noun.few, 4: noun.few}.get(count % 10, noun.many)


def _english(whole: int, minor: int, currency: str) -> str:
    number = _english_number(whole)
    units = _EN_UNITS.get(currency)
    if units is None:
        return f"{number} {currency} {minor:02d}/100"
    major_name, minor_name = (
        noun[count != 1] for noun, count in zip(units, (whole, minor), strict=True)
    )
    return f"{number} {major_name} {minor:02d} {minor_name}"


def _english_number(whole: int) -> str:
    *large, rest = _groups(whole)
    words = [
        f"{_english_group(group)} {scale}"
        for group, scale in zip(large, _EN_SCALES, strict=True)
        if group
    ]
    if rest:
        words.append(_english_group(rest))
    return " ".join(words) or "zero"


def _english_group(group: int) -> str:
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10) if rest >= 20 else (0, rest)
    tail = "-".join(word for word in (_EN_TENS[tens], _EN_ONES[ones]) if word)
    return " ".join(
        word for word in (f"{_EN_ONES[hundreds]} hundred" if hundreds else "", tail) if word
    )
