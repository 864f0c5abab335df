"""The second button of the forms about customers: what a look-up knows, put into the fields."""

from collections.abc import Mapping
from typing import TypeAlias

from fondaco.customers.details import tidy_number
from fondaco.customers.identifiers import check_bic, check_inn
from fondaco.hooks.context import AskContext
from fondaco.lookup.asking import service_of
from fondaco.lookup.companies import Filled, filled_by_bic, filled_by_tax_id
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form

Again: TypeAlias = tuple[Mapping[str, str], str, Mapping[str, str]]
"""What the form shows: the fields, what is said above them, mistakes."""


def fillable(ask: AskContext, what: str) -> str:
    """What the second button looks up; "" for none on a site without a service."""
    return what if service_of(ask.hall) is not None else ""


async def filled_entity(ask: AskContext, form: Form) -> Again:
    """A legal entity by its INN."""
    tax_id = tidy_number(form.text("tax_id"))
    wrong = _FOREIGN if form.text("country") != "RU" else check_inn(tax_id)
    if wrong:
        return form.values(), "", {"tax_id": wrong.text(ask.locale)}
    return _shown(ask, form, await filled_by_tax_id(ask, tax_id))


async def filled_account(ask: AskContext, form: Form) -> Again:
    """A bank by its BIC."""
    bic = tidy_number(form.text("bic"))
    if wrong := check_bic(bic):
        return form.values(), "", {"bic": wrong.text(ask.locale)}
    return _shown(ask, form, await filled_by_bic(ask, bic))


def _shown(ask: AskContext, form: Form, filled: Filled) -> Again:
    said = filled.said.text(ask.locale) if filled.said else ""
    return {**form.values(), **filled.values}, said, {}


_FOREIGN = Reason(
    "lookup.foreign",
    "По номеру находятся только организации и предприниматели России",
    "Only organisations and sole proprietors of Russia are found by their number",
)
