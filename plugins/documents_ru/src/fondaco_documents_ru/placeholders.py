"""The fixed list of placeholders that a contract's text may have: names, and nothing that runs.

A placeholder is a name in braces, `{покупатель}`. It is put in once: braces in what is put in, be
it the name of a company, stay braces.
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from fondaco_documents_ru import parts
from fondaco_sdk.errors import UserError
from fondaco_sdk.providers.layout import Press
from fondaco_sdk.types.paper import Contract, Party
from fondaco_sdk.types.reason import Reason

_PLACEHOLDER = re.compile(r"\{([^{}\n]{1,60})\}")
_Value: TypeAlias = Callable[[Contract, Press], str]


def _represented(party: Party) -> str:
    office, name = parts.signer(party)
    return f"{office} {name}".strip() if name else office


PLACEHOLDERS: Mapping[str, _Value] = {
    "номер": lambda c, p: c.number,
    "дата": lambda c, p: p.long_day(c.date),
    "поставщик": lambda c, p: c.seller.full_name or c.seller.name,
    "поставщик кратко": lambda c, p: c.seller.name,
    "поставщик в лице": lambda c, p: _represented(c.seller),
    "поставщик ИНН": lambda c, p: c.seller.tax_id,
    "поставщик адрес": lambda c, p: c.seller.address,
    "покупатель": lambda c, p: c.buyer.full_name or c.buyer.name,
    "покупатель кратко": lambda c, p: c.buyer.name,
    "покупатель в лице": lambda c, p: _represented(c.buyer),
    "покупатель ИНН": lambda c, p: c.buyer.tax_id,
    "покупатель адрес": lambda c, p: c.buyer.address,
    "валюта": lambda c, p: parts.currency_name(c.currency),
    "условия оплаты": lambda c, p: terms(c, p),
    "менеджер": lambda c, p: c.manager.name if c.manager else parts.DASH,
    "почта менеджера": lambda c, p: c.manager.email if c.manager else parts.DASH,
}


def terms(contract: Contract, press: Press) -> str:
    """How the goods are paid, in words of a contract."""
    days = contract.payment_days
    if not days:
        return "предварительная оплата в размере 100\u00a0% стоимости товара"
    words = press.number_in_words(days).lower()
    return f"отсрочка платежа {days} ({words}) календарных дней с даты отгрузки"


def unknown_in(text: str) -> list[str]:
    """The names in braces that are no placeholders, each once."""
    found = dict.fromkeys(_PLACEHOLDER.findall(text))
    return [name for name in found if name not in PLACEHOLDERS]


def filled(text: str, contract: Contract, press: Press) -> str:
    """The text with every placeholder put in. UserError: a name that is none."""
    if unknown := unknown_in(text):
        raise UserError(_unknown(unknown))
    return _PLACEHOLDER.sub(lambda found: PLACEHOLDERS[found[1]](contract, press), text)


def _unknown(names: list[str]) -> Reason:
    listed, known = ", ".join(names), ", ".join(PLACEHOLDERS)
    return Reason(
        "documents_ru.placeholder",
        f"В тексте договора неизвестные подстановки: {listed}. Есть: {known}",
        f"The contract's text has unknown placeholders: {listed}. There are: {known}",
    )
