"""The way to pay on credit, as it is offered for a cart."""

from datetime import timedelta

from fondaco_credit_limit.accounts import CREDIT, standings
from fondaco_credit_limit.rule import Standing
from fondaco_credit_limit.settings import CreditSettings
from fondaco_credit_limit.wording import TITLE, offered, other_currency, refused
from fondaco_sdk.context import Ask
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.order import PaymentOption


async def standing_of(ask: Ask) -> Standing | None:
    """The account of the legal entity that orders; None without one. One statement."""
    if ask.customer is None:
        return None
    entity = ask.customer.legal_entity_id
    return (await standings(ask, [entity])).get(entity)


def option_of(ask: Ask, standing: Standing, draft: PricedCart) -> PaymentOption:
    """As much of the cart as the account allows, or why nothing."""
    total = draft.total
    if draft.quote.currency != standing.currency:
        return PaymentOption(CREDIT, TITLE, refusal=other_currency(standing))
    if standing.closed is not None or not standing.available:
        return PaymentOption(CREDIT, TITLE, refusal=refused(ask.words, standing, total))
    note = offered(ask.words, standing, total, stale(ask, standing))
    return PaymentOption(CREDIT, TITLE, note, up_to=standing.available)


def stale(ask: Ask, standing: Standing) -> str:
    """When the ERP last told of the account, where that is long ago; as the site's local time."""
    heard = standing.reported_at
    hours = timedelta(hours=ask.settings(CreditSettings).stale_hours)
    if heard is None or ask.now - heard < hours:
        return ""
    return f"{heard.astimezone(ask.zone):%d.%m.%Y %H:%M}"
