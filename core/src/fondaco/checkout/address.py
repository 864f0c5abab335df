"""Another delivery address, typed at the checkout: kept as an outlet of the company, and chosen."""

from typing import Any

from msgspec import Struct

from fondaco.customers.new_outlet import ADD, add_own_outlet, read_address, without_house
from fondaco.hooks.context import AskContext
from fondaco_sdk.errors import UserError
from fondaco_sdk.web import Form

FIELD = "new_address"


class NewAddress(Struct, frozen=True):
    """What was typed and what is wrong with it; `added` is the target that it has become."""

    typed: str = ""
    mistake: str = ""
    no_house: str = ""
    added: str = ""

    def context(self, ask: AskContext) -> dict[str, Any]:
        """For the template of the targets."""
        return {
            "may_add": ask.actor.may(ADD),
            "new_address": self.typed,
            "address_wrong": self.mistake,
            "no_house": self.no_house,
        }


async def added_address(ask: AskContext, form: Form) -> NewAddress:
    """Add it, or say at the field why not; an address without a house is asked about once."""
    try:
        reading = form.reading()
        address = read_address(reading, FIELD)
        reading.done()
        async with ask.act() as act:
            uuid = await add_own_outlet(act, address)
    except UserError as refused:
        reason = refused.fields.get(FIELD, refused.reason)
        typed = form.text(FIELD)
        return NewAddress(typed, reason.text(ask.locale), without_house(form, FIELD))
    return NewAddress(added=f"outlet:{uuid}")
