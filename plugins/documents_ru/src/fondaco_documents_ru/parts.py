"""Pieces that several documents share: parties, rates, currencies, sums that are checked."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from fondaco_sdk.errors import UserError
from fondaco_sdk.types.paper import KOPECK, NO_VAT, Delivery, Party, total_of, vat_totals_of
from fondaco_sdk.types.reason import Reason

TYPST = Path(__file__).parent / "typst"
DASH = "—"
# Of longer tables the structure for screen readers would be most of the file; the same lines are
# in the workbook.
MOST_TAGGED = 100
NBSP = "\u00a0"
# Names and codes by the classifier of currencies (ОКВ).
_CURRENCIES: Mapping[str, tuple[str, str]] = {
    "RUB": ("Российский рубль", "643"),
    "BYN": ("Белорусский рубль", "933"),
    "KZT": ("Тенге", "398"),
    "USD": ("Доллар США", "840"),
    "EUR": ("Евро", "978"),
    "CNY": ("Юань", "156"),
}
_TAX_ID: Mapping[str, str] = {"RU": "ИНН", "BY": "УНП", "KZ": "БИН"}


def currency(code: str) -> str:
    """«Российский рубль, 643»."""
    name, number = _CURRENCIES.get(code, (code, ""))
    return f"{name}, {number}" if number else name


def unit(code: str) -> str:
    """How sums of a currency are marked: «руб.»."""
    return "руб." if code == "RUB" else code


def currency_name(code: str) -> str:
    """«Российский рубль»."""
    return _CURRENCIES.get(code, (code, ""))[0]


def rate(code: str) -> str:
    """A VAT code as a form has it: `22%`, `без НДС`."""
    if code == NO_VAT:
        return "без\u00a0НДС"
    return f"{code}%" if code.replace(".", "").isdigit() else code


def day(value: date) -> str:
    """03.03.2026."""
    return f"{value:%d.%m.%Y}"


def tax_numbers(party: Party) -> str:
    """«7701234567/770101001»."""
    return "/".join(filter(None, (party.tax_id, party.kpp))) or DASH


def full_name(party: Party) -> str:
    """As in the charter, with the short one where they differ."""
    if party.full_name and party.full_name != party.name:
        return f"{party.full_name} ({party.name})"
    return party.name


def requisites(party: Party) -> str:
    """A party with everything a waybill wants: numbers, address, telephone, bank."""
    label = _TAX_ID.get(party.country, "Налоговый номер")
    bank = party.bank
    parts = [
        party.full_name or party.name,
        f"{label}{NBSP}{party.tax_id}" if party.tax_id else "",
        f"КПП{NBSP}{party.kpp}" if party.kpp else "",
        party.address,
        f"тел. {party.phone}" if party.phone else "",
        f"р/с{NBSP}{bank.account}" if bank else "",
        f"в {bank.bank_name}" if bank and bank.bank_name else "",
        f"БИК{NBSP}{bank.bic}" if bank else "",
        f"к/с{NBSP}{bank.correspondent}" if bank and bank.correspondent else "",
    ]
    return ", ".join(filter(None, parts))


def signer(party: Party) -> tuple[str, str]:
    """Who signs for a party: the office and the name; one person does it for himself."""
    if party.sole_trader:
        return "Индивидуальный предприниматель", party.director or party.name
    return "Руководитель", party.director


def check_delivery(delivery: Delivery) -> None:
    """UserError: no lines, sums not in whole kopecks, or totals that differ from the lines."""
    sums = [amount for line in delivery.lines for amount in (line.total, line.vat_amount)]
    stated = {vat.rate: vat.amount for vat in delivery.vat_totals}
    summed = {vat.rate: vat.amount for vat in vat_totals_of(delivery.lines)}
    whole = all(amount == amount.quantize(KOPECK) for amount in sums)
    if not delivery.lines or not whole or stated != summed:
        raise UserError(_WRONG)
    if delivery.total != total_of(delivery.lines):
        raise UserError(_WRONG)


def goods_of(delivery: Delivery) -> Delivery:
    """What a waybill is about: goods, without what it costs to bring them."""
    goods = [line for line in delivery.lines if not line.service]
    return replace(delivery, lines=goods, total=total_of(goods), vat_totals=vat_totals_of(goods))


def net_of(delivery: Delivery) -> Decimal:
    """The sum of the lines without VAT."""
    return sum((line.net for line in delivery.lines), Decimal(0))


def vat_of(delivery: Delivery) -> Decimal:
    """The VAT of all rates."""
    return sum((vat.amount for vat in delivery.vat_totals), Decimal(0))


def taxed(delivery: Delivery) -> bool:
    """Whether any line has VAT, be it at 0%."""
    return any(line.vat_rate != NO_VAT for line in delivery.lines)


def rates_note(delivery: Delivery, money: Sequence[str]) -> str:
    """The VAT of each rate in a sentence, where there are several; `money` has the amounts."""
    rates = [vat.rate for vat in delivery.vat_totals]
    if len(rates) < 2:
        return ""
    named = (f"{rate(code)}: {amount}" for code, amount in zip(rates, money, strict=True))
    return "НДС по ставкам: " + "; ".join(named)


_WRONG = Reason(
    "documents_ru.totals",
    "В документе нет строк, или суммы не сходятся со строками до копейки",
    "The document has no lines, or its sums differ from them",
)
