"""Points in the cart: how many the buyer wants to use, and the field for it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from litestar import Request
from sqlalchemy import BigInteger, Numeric, bindparam, text

from fondaco_loyalty.balance import Balance, balance_of
from fondaco_loyalty.ledger import MOST
from fondaco_loyalty.manifest import SPEND
from fondaco_loyalty.redeeming import DROP_WISH, paid_with_points
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.status import KOPECK
from fondaco_loyalty.wording import PAID
from fondaco_sdk.context import Act, Ask, Subject
from fondaco_sdk.errors import Forbidden
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.cart import CartMove, PricedCart
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

FORM, ALONE = "loyalty/points_form.html", "loyalty/points_page.html"
CHANGED = ("cart-changed",)
_KEEP = text(
    """
    insert into plugin_loyalty.cart_points (company_id, user_id, most)
    values (:company, :user, :most)
        on conflict (company_id, user_id) do update set most = excluded.most
    """
).bindparams(
    bindparam("company", type_=BigInteger),
    bindparam("user", type_=BigInteger),
    bindparam("most", type_=Numeric),
)


async def points_move(ask: Ask, priced: PricedCart) -> Sequence[CartMove]:
    """What the buyer wants to pay with points, as far as they may. One statement."""
    if not priced.lines or ask.customer is None or not _usable(ask, priced):
        return ()
    share = ask.settings(LoyaltySettings).points_share
    wanted = (await _balance(ask, ask.customer)).wanted(priced.quote.total, share)
    return (CartMove(PAID, amount=wanted, share=share),) if wanted else ()


async def points_field(ask: Ask, subjects: Sequence[Subject]) -> Mapping[str, Mapping[str, Any]]:
    """What the field for points needs, for whoever may spend them. One statement."""
    carts = {s.key: s.cart for s in subjects if s.cart is not None}
    if not carts or ask.customer is None or not ask.actor.may(SPEND):
        return {}
    balance = await _balance(ask, ask.customer)
    return {
        key: _context(ask, cart, balance)
        for key, cart in carts.items()
        if _usable(ask, cart) and (balance.available or balance.debt or balance.wish)
    }


async def use_points(request: Request[Any, Any, Any], act: Act, form: Form) -> Page | Redirect:
    """Keep how many points the cart is to use, or the field again with what is wrong."""
    customer = _customer(act)
    priced = await act.cart.priced()
    context = _context(act, priced, await _balance(act, customer))
    typed = form.text("points")
    most, mistake = (None, None) if form.text("all") else _read(act, form, context["possible"])
    partial = _partial(request)
    if mistake is None and not context["possible"]:
        mistake = NONE_NOW
    if mistake is not None:
        context |= {"typed": typed, "mistake": mistake.text(act.locale)}
        return Page(FORM if partial else ALONE, context, status=422)
    await act.execute(_KEEP, {**_me(act, customer), "most": most})
    return await _shown(act, customer, _KEPT, partial=partial)


async def drop_points(request: Request[Any, Any, Any], act: Act) -> Page | Redirect:
    """The cart without points."""
    customer = _customer(act)
    await act.execute(DROP_WISH, _me(act, customer))
    return await _shown(act, customer, None, partial=_partial(request))


async def _shown(
    act: Act, customer: Customer, notice: Reason | None, *, partial: bool
) -> Page | Redirect:
    if not partial:
        return Redirect("/cart", notice)
    priced = await act.cart.priced()
    return Page(FORM, _context(act, priced, await _balance(act, customer)), triggers=CHANGED)


def _read(act: Act, form: Form, possible: Decimal) -> tuple[Decimal | None, Reason | None]:
    """The number typed, or what is wrong with it."""
    reading = form.reading()
    most = reading.decimal("points")
    if mistake := reading.mistakes.get("points"):
        return None, mistake
    if possible and most > possible:
        ru, en = (act.words.quantity(possible, "", locale) for locale in ("ru", "en"))
        return None, Reason(
            "loyalty.points_too_many",
            f"Сейчас можно использовать не больше {ru}",
            f"At most {en} can be used now",
            {"possible": str(possible)},
        )
    if not 0 < most <= MOST or most != most.quantize(KOPECK):
        return None, NO_NUMBER
    return most, None


def _context(ask: Ask, priced: PricedCart, balance: Balance) -> dict[str, Any]:
    share = ask.settings(LoyaltySettings).points_share
    paid = paid_with_points(priced)
    total = priced.quote.total + paid if _usable(ask, priced) else Decimal(0)
    possible = balance.possible(total, share)
    return {
        "balance": balance,
        "paid": paid,
        "possible": possible,
        "less": balance.wish is not None and paid < (balance.wish.most or possible),
        "share": share,
        "one": Decimal(1),
        "soon": balance.soon(ask.now.astimezone(ask.zone).date()),
        "currency": ask.currency,
        "linked": ask.actor.may("loyalty.view"),
        "typed": "",
        "mistake": "",
    }


def _usable(ask: Ask, priced: PricedCart) -> bool:
    """Points are in the site's currency, and so has the order to be."""
    share = ask.settings(LoyaltySettings).points_share
    return bool(share) and priced.quote.currency == ask.currency


async def _balance(ask: Ask, customer: Customer) -> Balance:
    return await balance_of(ask, customer.company_id, customer.legal_entity_id)


def _me(act: Act, customer: Customer) -> dict[str, object]:
    return {"company": customer.company_id, "user": act.actor.user_id}


def _customer(act: Act) -> Customer:
    if act.customer is None:
        raise Forbidden(
            Reason(
                "loyalty.no_customer",
                "Бонусы тратит тот, кто работает от имени компании",
                "Points are spent by whoever acts for a company",
            )
        )
    return act.customer


def _partial(request: Request[Any, Any, Any]) -> bool:
    return request.headers.get("hx-request") == "true"


NO_NUMBER = Reason(
    "loyalty.points_number",
    "Введите число больше нуля, не более двух знаков после запятой",
    "Type a number above zero, with at most two decimals",
)
NONE_NOW = Reason(
    "loyalty.points_none",
    "Сейчас оплатить этот заказ бонусами нельзя: их нет или в корзине пусто",
    "This order cannot be paid with points now: there are none, or the cart is empty",
)
_KEPT = Reason("loyalty.points_kept", "Бонусы применены к заказу", "The points are used")
