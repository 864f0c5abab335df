"""Letters about orders: to those who may approve one, to its managers, and to the buyer."""

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


async def tell_approvers(
    act: ActContext,
    people: Iterable[Approver],
    asked: Asked,
    kind: Literal["asked", "change_approval"] = "asked",
) -> None:
    """Queue a letter to each of those who may approve an order, or a change of one."""
    for one in people:
        await _send(
            act,
            kind,
            one.email,
            one.locale,
            asked.order,
            company=asked.company,
            person=asked.buyer,
            reasons=asked.reasons,
        )


async def tell_managers(
    act: ActContext,
    people: Iterable[Approver],
    order: Order,
    company: str,
    person: str,
    said: Reason,
    *,
    kind: Literal["change_asked", "price_answered", "called_back"] = "change_asked",
) -> None:
    """Queue a letter to each of those who look after a company that asks for a change, answers to
    other prices, or has parcels at a carrier for an order that is cancelled."""
    for one in people:
        words = said.text(one.locale or act.hall.settings.site.locale)
        await _send(
            act,
            kind,
            one.email,
            one.locale,
            order,
            company=company,
            person=person,
            said=words,
        )


async def tell_buyer(
    act: ActContext,
    outcome: Literal[
        "approved",
        "refused",
        "cancelled",
        "dates",
        "amended",
        "checked",
        "change_accepted",
        "change_refused",
    ],
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
    subject = tr(
        f"orders.mail.{kind}_subject", number=order.number, site=site.name, company=company
    )
    await send_later(act, Letter(to, subject, words, locale))
