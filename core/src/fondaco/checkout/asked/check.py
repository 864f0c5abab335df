"""Before an order: the ERP is asked for prices and stock, outside of any transaction.

What it says is written where prices and stock stand, so the order that follows is compared with it
like with every other change: what differs from the page is brought to the buyer, and nothing is
ordered. Where it does not answer, the last known values count, and the order says so.
"""

from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.reading import customer_of
from fondaco.cart.service import Carts
from fondaco.checkout.asked.question import question_of, wanted_of
from fondaco.checkout.asked.taking import take_answer
from fondaco.exchange.erp_live.gateway import confirm, gateway_of
from fondaco.exchange.erp_live.words import last_word
from fondaco.hooks.context import AskContext
from fondaco.orders.checked import Checked, CheckState
from fondaco_sdk.errors import Unavailable


async def check_live(ask: AskContext, shown: str) -> Checked | None:
    """How the cart that was `shown` stands with the ERP; None where it is not to be asked.

    A cart that has changed since is not asked about: its order is refused anyway.
    """
    gateway = gateway_of(ask.hall)
    if gateway is None or not ask.hall.settings.erp.live_check:
        return None
    cart = await Carts(ask).priced()
    if not cart.lines or fingerprint(cart) != shown:
        return await _last_known(ask)
    agreement = customer_of(ask).agreement_id
    question = await question_of(ask, agreement, cart.quote.currency, wanted_of(cart))
    if question is None:
        return None
    try:
        answer = await confirm(ask, gateway, question.ask)
    except Unavailable:
        return await _last_known(ask)
    found = await take_answer(ask.hall, question, answer)
    if any(one.now is None for one in found):
        return await _last_known(ask)
    return Checked(CheckState.CONFIRMED, min(answer.as_of, ask.hall.clock.now()))


async def _last_known(ask: AskContext) -> Checked:
    return Checked(CheckState.LAST_KNOWN, await last_word(ask))
