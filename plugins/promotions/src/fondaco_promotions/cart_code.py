"""The one code of a cart: typed, looked at, refused with words, or kept.

What is refused must not be guessed on: so many refused tries an hour, then a person has to wait.
"""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, Uuid, bindparam, text

from fondaco_promotions.campaign import State
from fondaco_promotions.code_text import hash_of, is_code, key_of
from fondaco_promotions.matching import ROOM
from fondaco_promotions.standing import CodeStanding, code_standing
from fondaco_sdk.context import Act, AnyRow
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.reason import Reason

TRIES_AN_HOUR = 20

# One person's tries go one after the other, so that a burst is counted like a row of them.
_ALONE = text("select pg_advisory_xact_lock(hashtextextended('promotions:tries', :user))")
_TRIES = text(
    "select count(*) from plugin_promotions.attempt"
    " where user_id = :user and at > now() - interval '1 hour'"
)
_WRONG = text(
    """
    with forgotten as (
        delete from plugin_promotions.attempt
         where user_id = :user and at < now() - interval '1 day'
    )
    insert into plugin_promotions.attempt (user_id) values (:user)
    """
)
_FIND = text(
    f"""
    select d.uuid, c.starts_at, c.ends_at, c.paused_at, c.removed_at, c.by_code,
           (c.companies = '{{}}' or :company = any(c.companies)) as theirs, ({ROOM}) as has_room,
           (select k.code_id from plugin_promotions.cart_code k
             where k.company_id = :company and k.user_id = :user) as before
      from plugin_promotions.code d
      join plugin_promotions.campaign c on c.id = d.campaign_id
     where d.key_hash = :hash
    """
).bindparams(
    bindparam("hash", type_=LargeBinary),
    bindparam("company", type_=BigInteger),
    bindparam("user", type_=BigInteger),
)
_KEEP = text(
    """
    insert into plugin_promotions.cart_code (company_id, user_id, code_id)
    select :company, :user, d.id from plugin_promotions.code d
     where d.uuid = :code or d.id = :id
        on conflict (company_id, user_id) do update set code_id = excluded.code_id
    """
).bindparams(bindparam("code", type_=Uuid), bindparam("id", type_=BigInteger))
_DROP = text(
    "delete from plugin_promotions.cart_code where company_id = :company and user_id = :user"
)


async def enter(act: Act, customer: Customer, typed: str) -> Reason | PricedCart:
    """Try a code for the cart: the cart with it, or why not; then the cart keeps what it had.

    It answers instead of raising, since a refused try has to be remembered.
    """
    key = key_of(typed)
    if not key:
        return EMPTY
    me = _me(act, customer)
    await act.fetch(_ALONE, {"user": me["user"]})
    if (await act.fetch(_TRIES, {"user": me["user"]}))[0][0] >= TRIES_AN_HOUR:
        return TOO_MANY
    rows = await act.fetch(_FIND, {**me, "hash": hash_of(key)}) if is_code(key) else ()
    refusal = _refusal(act, rows[0]) if rows else UNKNOWN
    if refusal is not None:
        await act.execute(_WRONG, {"user": me["user"]})
        return refusal
    found = rows[0]
    await _keep(act, me, found.uuid, None)
    priced = await act.cart.priced()
    standing = await code_standing(act, priced)
    if standing is not None and standing.missing is not None:
        await drop(act, customer)
        if found.before is not None:
            await _keep(act, me, None, found.before)
        return _below(act, standing, standing.missing)
    return priced


async def drop(act: Act, customer: Customer) -> None:
    """Take the code out of the cart."""
    await act.execute(_DROP, _me(act, customer))


async def _keep(act: Act, me: dict[str, int], code: UUID | None, id_: int | None) -> None:
    await act.execute(_KEEP, {**me, "code": code, "id": id_})


def _me(act: Act, customer: Customer) -> dict[str, int]:
    assert act.actor.user_id is not None
    return {"company": customer.company_id, "user": act.actor.user_id}


def _refusal(act: Act, row: AnyRow) -> Reason | None:
    """Why a code that exists is not for this cart."""
    if row.removed_at is not None or not row.by_code:
        return UNKNOWN
    if not row.theirs:
        return NOT_YOURS
    if row.ends_at is not None and act.now >= row.ends_at:
        return STOPPED[State.ENDED]
    if row.paused_at is not None:
        return STOPPED[State.PAUSED]
    if act.now < row.starts_at:
        return STOPPED[State.PLANNED]
    return None if row.has_room else USED_UP


def _below(act: Act, standing: CodeStanding, missing: Decimal) -> Reason:
    least = standing.campaign.min_total or Decimal(0)
    ru, en = (
        (act.words.money(least, act.currency, loc), act.words.money(missing, act.currency, loc))
        for loc in ("ru", "en")
    )
    return Reason(
        "promotions.below",
        f"Код действует от {ru[0]}: не хватает {ru[1]}",
        f"The code works from {en[0]}: {en[1]} is missing",
        {"least": str(least), "missing": str(missing)},
    )


EMPTY = Reason("promotions.empty", "Введите промокод", "Type a promo code")
UNKNOWN = Reason(
    "promotions.unknown",
    "Такого промокода нет. Проверьте, нет ли опечатки",
    "There is no such promo code. Look for a slip of the keyboard",
)
NOT_YOURS = Reason(
    "promotions.not_yours",
    "Этот промокод выдан другим компаниям",
    "This promo code was given to other companies",
)
USED_UP = Reason(
    "promotions.used_up",
    "Этот промокод уже использован столько раз, сколько можно",
    "This promo code has been used as often as it may be",
)
STOPPED = {
    State.PLANNED: Reason(
        "promotions.not_begun", "Акция ещё не началась", "The promotion has not begun yet"
    ),
    State.PAUSED: Reason("promotions.paused", "Акция приостановлена", "The promotion is paused"),
    State.ENDED: Reason("promotions.ended", "Акция закончилась", "The promotion has ended"),
}
TOO_MANY = Reason(
    "promotions.too_many",
    "Слишком много неверных промокодов. Попробуйте через час",
    "Too many wrong promo codes. Try again in an hour",
)
UNFIT = (EMPTY, UNKNOWN, NOT_YOURS)
