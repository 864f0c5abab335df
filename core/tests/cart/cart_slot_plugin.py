"""A plugin for the tests of the cart's slot: it repeats the amount it was asked about."""

from collections.abc import Mapping, Sequence

from fondaco_sdk.context import Ask, Subject
from fondaco_sdk.manifest import Plugin, Slot, Text
from fondaco_sdk.web import Fragment

PLUGIN = Plugin(
    name="echo",
    version="0.1.0",
    title=Text("Эхо", "Echo"),
    slots=(Slot("cart.summary", "cart_slot_plugin:summary"),),
)


async def summary(ask: Ask, subjects: Sequence[Subject]) -> Mapping[str, Fragment]:
    """The amount; a cart of exactly 1,300 is too much for it."""
    for subject in subjects:
        if subject.amount == 1300:
            raise RuntimeError("unlucky")
    # The kernel's own template of a plain sentence, since this plugin has no package of its own.
    return {
        subject.key: Fragment(
            "kernel/fragments/slot_failed.html", {"plugin": f"{subject.amount} {subject.currency}"}
        )
        for subject in subjects
    }
