"""A company filled in by its tax id, and a bank by its code: what to put where, and what to say."""

from collections.abc import Mapping

from msgspec import Struct

from fondaco.hooks.context import AskContext
from fondaco.lookup.asking import Lookup, service_of
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.lookup import CompanyState, FoundCompany
from fondaco_sdk.types.reason import Reason


class Filled(Struct, frozen=True):
    """Values by field, what is said besides, and whether that is bad news."""

    values: Mapping[str, str]
    said: Reason | None = None
    warning: bool = False


async def filled_by_tax_id(ask: AskContext, tax_id: str) -> Filled:
    """The head office of the company; a silent service fills in nothing and it is said."""
    try:
        found = await Lookup(ask).companies(tax_id)
    except Unavailable:
        return Filled({}, _SILENT if service_of(ask.hall) else _NONE)
    if not found:
        return Filled({}, _UNKNOWN, warning=True)
    company = next((one for one in found if not one.branch), found[0])
    values = {
        "kpp": "" if company.person else company.kpp,
        "ogrn": company.ogrn,
        "name": company.name,
        "full_name": company.full_name,
        "address": company.address,
    }
    said = _said(company, sum(one.branch for one in found))
    return Filled(values, said, warning=said is not None and said.code != "lookup.branches")


async def filled_by_bic(ask: AskContext, bic: str) -> Filled:
    """The bank's name and correspondent account."""
    try:
        bank = await Lookup(ask).bank(bic)
    except Unavailable:
        return Filled({}, _SILENT if service_of(ask.hall) else _NONE)
    if bank is None:
        return Filled({}, _NO_BANK, warning=True)
    values = {"bank_name": bank.name, "correspondent": bank.correspondent}
    return Filled(values, _CLOSED if bank.closed else None, warning=bank.closed)


def _said(company: FoundCompany, branches: int) -> Reason | None:
    if company.state is not CompanyState.ACTIVE:
        return _STATES[company.state]
    if company.doubtful:
        return _DOUBTFUL
    return _BRANCHES if branches else None


_SILENT = Reason(
    "lookup.silent",
    "Справочник сейчас не отвечает. Заполните поля сами: заявка от этого не задержится",
    "The register does not answer now. Fill in the fields yourself: nothing is delayed by it",
)
_NONE = Reason(
    "lookup.none",
    "Поиск реквизитов на сайте не настроен. Заполните поля сами",
    "The site has no look-up of companies. Fill in the fields yourself",
)
_UNKNOWN = Reason(
    "lookup.unknown",
    "В государственном реестре такого ИНН нет. Проверьте номер",
    "The state register has no such tax id. Check the number",
)
_NO_BANK = Reason("lookup.no_bank", "Банка с таким БИК нет", "There is no bank with this BIC")
_CLOSED = Reason(
    "lookup.closed_bank",
    "Банк закрыт и платежей не принимает. Уточните реквизиты",
    "The bank is closed and takes no payments. Ask for other details",
)
_DOUBTFUL = Reason(
    "lookup.doubtful",
    "В реестре отмечено, что сведения о компании или её адрес недостоверны",
    "The register marks the company's data, or its address, as not true",
)
_BRANCHES = Reason(
    "lookup.branches",
    "Заполнены реквизиты головной организации; если вы покупаете от филиала, измените КПП и адрес",
    "These are the head office's details; to buy for a branch, change the KPP and the address",
)
_STATES = {
    CompanyState.LIQUIDATED: Reason(
        "lookup.liquidated",
        "По данным реестра, компания ликвидирована",
        "According to the register, the company is liquidated",
    ),
    CompanyState.LIQUIDATING: Reason(
        "lookup.liquidating",
        "По данным реестра, компания ликвидируется",
        "According to the register, the company is being liquidated",
    ),
    CompanyState.BANKRUPT: Reason(
        "lookup.bankrupt",
        "По данным реестра, компания в банкротстве",
        "According to the register, the company is bankrupt",
    ),
    CompanyState.REORGANIZING: Reason(
        "lookup.reorganizing",
        "По данным реестра, компания реорганизуется: реквизиты могут измениться",
        "According to the register, the company is being reorganised: its details may change",
    ),
}
