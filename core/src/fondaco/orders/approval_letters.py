"""Letters about orders: to those who may approve one, and to the buyer of what became of it."""

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from fondaco.hooks.context import ActContext
from fondaco.notifications.letters import Letter, send_later
from fondaco.orders.approvers import Approver
from fondaco.orders.release import Buyer
from fondaco.web.catalogues import translators
from fondaco.web.format import money
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason


class Asked(Struct, frozen=True):
    """What a letter to an approver tells of."""

    order: Order
    company: str
    buyer: str
    reasons: Sequence[Reason]


async def tell_approvers(act: ActContext, people: Iterable[Approver], asked: Asked) -> None:
    """Queue a letter to each of those who may approve an order."""
    for one in people:
        await _send(
            act,
            "asked",
            one.email,
            one.locale,
            asked.order,
            company=asked.company,
            person=asked.buyer,
            reasons=asked.reasons,
        )


async def tell_buyer(
    act: ActContext,
    outcome: Literal["approved", "refused", "cancelled", "dates"],
    buyer: Buyer,
    order: Order,
    said: str,
) -> None:
    """Queue a letter to whoever placed the order; without an address nobody is told."""
    if buyer.email:
        await _send(
            act, outcome, buyer.email, buyer.locale, order, person=act.actor.name, said=said
        )


async def _send(
    act: ActContext,
    kind: str,
    to: str,
    chosen: str | None,
    order: Order,
    *,
    person: str,
    company: str = "",
    reasons: Sequence[Reason] = (),
    said: str = "",
) -> None:
    site = act.hall.settings.site
    locale = chosen or site.locale
    tr = translators(act.hall.registry)[locale]
    words = tr(
        f"orders.mail.{kind}_text",
        number=order.number,
        total=money(order.total, order.currency, locale),
        reasons="\n".join(reason.text(locale) for reason in reasons),
        link=f"{site.url.rstrip('/')}/orders/{order.uuid}",
        company=company,
        person=person,
        said=said,
    )
    subject = tr(f"orders.mail.{kind}_subject", number=order.number, site=site.name)
    await send_later(act, Letter(to, subject, words, locale))
