"""Offline checks of the numbers by which Russia and Belarus know a company and its bank account.

Each check takes the text as it was typed and returns None when it is in order, or a `Reason` that
says what is wrong and what to do. Codes are `<identifier>.<what>`: `inn.length`, `kpp.missing`,
`account.check_digit`, ... A number that passes is well formed; whether somebody holds it is a
question for a look-up service. Nothing is trimmed: strip the text before the check.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from fondaco_sdk.types.reason import Reason


class _Name(NamedTuple):
    code: str
    ru: str
    en: str


_INN = _Name("inn", "ИНН", "INN")
_OGRN = _Name("ogrn", "ОГРН", "OGRN")
_BIC = _Name("bic", "БИК", "BIC")
_UNP = _Name("unp", "УНП", "UNP")
_SETTLEMENT = _Name("account", "Расчётный счёт", "Account")
_CORRESPONDENT = _Name("correspondent_account", "Корреспондентский счёт", "Correspondent account")

_DIGITS = re.compile(r"[0-9]+")
_KPP_FORM = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
_UNP_FORM = re.compile(r"(?:[1-7][0-9]|[ABCEHKM][ABCEHKMOPT])[0-9]{7}")

_INN_COMPANY = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_PERSON_FIRST = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_PERSON_SECOND = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_ACCOUNT = (7, 1, 3) * 7 + (7, 1)
_UNP_WEIGHTS = (29, 23, 19, 17, 13, 7, 5, 3)
_UNP_VALUES = {letter: value for value, letter in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_UNP_SECOND_LETTER = "ABCEHKMOPT"

_BIC_STARTS = ("00", "01", "02", "04")
_CASH_CENTRES = ("000", "001", "002")


def check_inn(text: str) -> Reason | None:
    """ИНН: 10 digits of a company, 12 of a sole proprietor; region 01-99, check digits."""
    if problem := _digits_problem(_INN, text, (10, 12)):
        return problem
    if text.startswith("00"):
        return Reason(
            code="inn.region",
            ru="ИНН не может начинаться с 00: первые две цифры — код региона. Сверьте номер "
            "со свидетельством или карточкой предприятия.",
            en="INN cannot begin with 00: the first two digits are the region. Compare the number "
            "with the certificate or the company card.",
            params={"value": text},
        )
    if len(text) == 10:
        right = _modulo_11(text, _INN_COMPANY) == text[9]
    else:
        right = (
            _modulo_11(text, _INN_PERSON_FIRST) == text[10]
            and _modulo_11(text, _INN_PERSON_SECOND) == text[11]
        )
    return None if right else _check_digit_problem(_INN, text)


def check_kpp(text: str) -> Reason | None:
    """КПП: four digits of the tax office, two digits or Latin capitals, three digits."""
    if _KPP_FORM.fullmatch(text):
        return None
    return Reason(
        code="kpp.form",
        ru="КПП — это 9 знаков: четыре цифры, две цифры или заглавные латинские буквы, три цифры; "
        "например, 770101001. Введите его без пробелов.",
        en="KPP has 9 characters: four digits, two digits or Latin capitals, three digits; "
        "for example, 770101001. Enter it without spaces.",
        params={"value": text},
    )


def check_inn_kpp(inn: str, kpp: str) -> Reason | None:
    """Both numbers and their agreement: a company has a КПП, a sole proprietor has none.

    An empty `kpp` means that none was given.
    """
    if problem := check_inn(inn):
        return problem
    if len(inn) == 12:
        if not kpp:
            return None
        return Reason(
            code="kpp.superfluous",
            ru="У предпринимателя (ИНН из 12 цифр) КПП не бывает. Оставьте поле КПП пустым.",
            en="A sole proprietor (INN of 12 digits) has no KPP. Leave the KPP field empty.",
            params={"inn": inn, "value": kpp},
        )
    if not kpp:
        return Reason(
            code="kpp.missing",
            ru="У организации (ИНН из 10 цифр) должен быть КПП. Впишите 9 знаков "
            "из карточки предприятия.",
            en="An organisation (INN of 10 digits) must have a KPP. Enter the 9 characters "
            "from the company card.",
            params={"inn": inn},
        )
    return check_kpp(kpp)


def check_ogrn(text: str) -> Reason | None:
    """ОГРН of a company (13 digits) or ОГРНИП of a sole proprietor (15 digits)."""
    if problem := _digits_problem(_OGRN, text, (13, 15)):
        return problem
    divisor = 11 if len(text) == 13 else 13
    right = str(int(text[:-1]) % divisor)[-1] == text[-1]
    return None if right else _check_digit_problem(_OGRN, text)


def check_bic(text: str) -> Reason | None:
    """БИК of a Russian bank or treasury body: 9 digits, no check digit."""
    if problem := _digits_problem(_BIC, text, (9,)):
        return problem
    if text.startswith(_BIC_STARTS):
        return None
    return Reason(
        code="bic.start",
        ru="БИК российского банка начинается с 04, казначейства — с 00, 01 или 02. Сверьте номер "
        "с реквизитами банка.",
        en="The BIC of a Russian bank begins with 04, that of a treasury with 00, 01 or 02. "
        "Compare the number with the details given by the bank.",
        params={"value": text},
    )


def check_account(account: str, bic: str) -> Reason | None:
    """Settlement account: 20 digits whose control key fits the bank's БИК."""
    at_cash_centre = bic[6:] in _CASH_CENTRES or not bic.startswith("04")
    prefix = f"0{bic[4:6]}" if at_cash_centre else bic[6:]
    return _account_problem(_SETTLEMENT, account, bic, prefix)


def check_correspondent_account(account: str, bic: str) -> Reason | None:
    """Correspondent account of the bank itself: 20 digits whose control key fits its БИК."""
    return _account_problem(_CORRESPONDENT, account, bic, f"0{bic[4:6]}")


def check_unp(text: str) -> Reason | None:
    """УНП of Belarus: 9 digits, or two Latin letters and 7 digits of a sole proprietor."""
    if not _UNP_FORM.fullmatch(text):
        return Reason(
            code="unp.form",
            ru="УНП — это 9 цифр, первая от 1 до 7, а у предпринимателя — две заглавные латинские "
            "буквы и 7 цифр. Введите номер без пробелов.",
            en="UNP has 9 digits, the first from 1 to 7, or, for a sole proprietor, two Latin "
            "capitals and 7 digits. Enter it without spaces.",
            params={"value": text},
        )
    second = text[1] if text[1].isdigit() else str(_UNP_SECOND_LETTER.index(text[1]))
    counted = text[0] + second + text[2:8]
    key = sum(
        weight * _UNP_VALUES[sign] for weight, sign in zip(_UNP_WEIGHTS, counted, strict=True)
    )
    right = str(key % 11) == text[8]
    return None if right else _check_digit_problem(_UNP, text)


def _account_problem(name: _Name, account: str, bic: str, prefix: str) -> Reason | None:
    if problem := check_bic(bic):
        return problem
    if problem := _digits_problem(name, account, (20,)):
        return problem
    keyed = prefix + account
    total = sum(int(sign) * weight for sign, weight in zip(keyed, _ACCOUNT, strict=True))
    if total % 10 == 0:
        return None
    return Reason(
        code=f"{name.code}.check_digit",
        ru=f"{name.ru} {account} не подходит к БИК {bic}: контрольная цифра не сходится. "
        "Проверьте оба номера.",
        en=f"{name.en} {account} does not fit BIC {bic}: the check digit differs. "
        "Check both numbers.",
        params={"value": account, "bic": bic},
    )


def _modulo_11(text: str, weights: Sequence[int]) -> str:
    total = sum(int(sign) * weight for sign, weight in zip(text, weights, strict=False))
    return str(total % 11 % 10)


def _digits_problem(name: _Name, text: str, lengths: tuple[int, ...]) -> Reason | None:
    if not _DIGITS.fullmatch(text):
        return Reason(
            code=f"{name.code}.characters",
            ru=f"{name.ru} состоит только из цифр. Уберите пробелы, буквы и знаки.",
            en=f"{name.en} consists of digits only. Remove spaces, letters and signs.",
            params={"value": text},
        )
    if len(text) not in lengths:
        expected_ru = " или ".join(str(length) for length in lengths)
        expected_en = " or ".join(str(length) for length in lengths)
        return Reason(
            code=f"{name.code}.length",
            ru=f"{name.ru}: нужно цифр — {expected_ru}, введено — {len(text)}. "
            "Проверьте, не пропущена ли цифра.",
            en=f"{name.en}: digits needed: {expected_en}, entered: {len(text)}. "
            "Check whether a digit is missing.",
            params={"value": text, "length": str(len(text))},
        )
    return None


def _check_digit_problem(name: _Name, text: str) -> Reason:
    return Reason(
        code=f"{name.code}.check_digit",
        ru=f"{name.ru} {text}: контрольная цифра не сходится, в номере опечатка. Сверьте его "
        "с документом.",
        en=f"{name.en} {text}: the check digit differs, so there is a typing error. "
        "Compare it with the document.",
        params={"value": text},
    )
