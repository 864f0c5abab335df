"""The details by which a company is known, checked together: every mistake at its field."""

import re
from email.headerregistry import Address

from fondaco.customers.identifiers import (
    check_account,
    check_bic,
    check_correspondent_account,
    check_inn,
    check_inn_kpp,
    check_ogrn,
    check_unp,
)
from fondaco_sdk.types.reason import Reason

COUNTRIES = ("RU", "BY")
LONGEST_EMAIL = 254
LONGEST_NAME = 200
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,24}")
_IBAN_BY = re.compile(r"BY[0-9]{2}[A-Z0-9]{4}[0-9]{4}[A-Z0-9]{16}")
_BIC_BY = re.compile(r"[A-Z]{4}BY[A-Z0-9]{2}([A-Z0-9]{3})?")


def tidy_number(typed: str) -> str:
    """A number as it is stored: without spaces, letters as capitals."""
    return "".join(typed.split()).upper()


def check_tax(country: str, tax_id: str, kpp: str) -> dict[str, Reason]:
    """What is wrong with a country, its tax id and the KPP, by field."""
    if country not in COUNTRIES:
        return {"country": _COUNTRY}
    if country == "BY":
        found = {"tax_id": check_unp(tax_id), "kpp": _NO_KPP if kpp else None}
    else:
        wrong = check_inn(tax_id)
        found = {"tax_id": wrong, "kpp": None if wrong else check_inn_kpp(tax_id, kpp)}
    return {name: reason for name, reason in found.items() if reason is not None}


def check_registration_number(country: str, ogrn: str) -> Reason | None:
    """OGRN of Russia; elsewhere there is none to check."""
    return check_ogrn(ogrn) if country == "RU" and ogrn else None


def check_bank(country: str, account: str, bic: str, correspondent: str) -> dict[str, Reason]:
    """What is wrong with a bank account and its bank, by field."""
    if country == "BY":
        found = {
            "bic": None if _BIC_BY.fullmatch(bic) else _BIC,
            "account": None if _is_iban(account) else _IBAN,
            "correspondent": None,
        }
    else:
        wrong = check_bic(bic)
        found = {
            "bic": wrong,
            "account": None if wrong else check_account(account, bic),
            "correspondent": check_correspondent_account(correspondent, bic)
            if correspondent and not wrong
            else None,
        }
    return {name: reason for name, reason in found.items() if reason is not None}


def check_email(email: str) -> Reason | None:
    """Whether a letter could go there."""
    try:
        address = Address(addr_spec=email)
        fine = address.addr_spec == email and "." in address.domain and email.isascii()
    except (ValueError, IndexError):
        fine = False
    return None if fine and len(email) <= LONGEST_EMAIL else _EMAIL


def check_phone(phone: str) -> Reason | None:
    """Whether somebody could call there."""
    digits = sum(sign.isdigit() for sign in phone)
    return None if _PHONE.fullmatch(phone) and 7 <= digits <= 15 else _PHONE_WRONG


def _is_iban(account: str) -> bool:
    if not _IBAN_BY.fullmatch(account):
        return False
    turned = account[4:] + account[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


_COUNTRY = Reason("country.unknown", "Выберите страну из списка", "Choose a country of the list")
_NO_KPP = Reason(
    "kpp.foreign",
    "КПП бывает только у организаций России. Оставьте поле пустым.",
    "Only organisations of Russia have a KPP. Leave the field empty.",
)
_IBAN = Reason(
    "account.iban",
    "Счёт в Беларуси — это IBAN: BY и ещё 26 знаков. Контрольные цифры не сходятся "
    "или знаков не столько.",
    "An account in Belarus is an IBAN: BY and 26 characters more. The check digits differ, "
    "or the length does.",
)
_BIC = Reason(
    "bic.form",
    "БИК банка Беларуси — 8 или 11 знаков, пятый и шестой — BY; например, AKBBBY2X.",
    "The BIC of a bank in Belarus has 8 or 11 characters, the fifth and sixth are BY; "
    "for example, AKBBBY2X.",
)
_EMAIL = Reason(
    "email.form",
    "Проверьте адрес почты: он выглядит как name@example.com",
    "Check the e-mail: it looks like name@example.com",
)
_PHONE_WRONG = Reason(
    "phone.form",
    "Телефон — от 7 до 15 цифр, можно с +, скобками и дефисами",
    "A phone number has 7 to 15 digits; +, brackets and hyphens are fine",
)
