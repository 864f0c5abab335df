"""Press twice, order once: the key is claimed in the order's own transaction.

A second request with the same key waits for the first. If the first commits, the second is given
the same order; if it rolls back, nothing remains of the key and the second places the order. So a
refused order does not burn its key. A wait that is too long ends with 409 and may be repeated.
"""

from hashlib import sha256

import msgspec
from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError

from fondaco.hooks.context import ActContext
from fondaco_sdk.errors import Conflict, UserError
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.reason import Reason

LOCK_NOT_AVAILABLE = "55P03"
# Waits for three seconds at most; what comes after it in the transaction waits as ever.
CLAIM: TextClause = text(
    """
    insert into fondaco.idempotency_key (company_id, route, key, request_hash)
    select cast(:company as bigint), cast(:route as text), cast(:key as text), cast(:hash as bytea)
      from (select set_config('lock_timeout', '3s', true)) as patience
    on conflict do nothing
    returning set_config('lock_timeout', '0', true)
    """
)
FOUND: TextClause = text(
    """
    select request_hash, order_id from fondaco.idempotency_key
     where company_id = :company and route = :route and key = :key
    """
)
KEEP: TextClause = text(
    """
    update fondaco.idempotency_key set order_id = :order
     where company_id = :company and route = :route and key = :key
    """
)


class Claim(msgspec.Struct, frozen=True):
    """A key of a company on a route, and the hash of what was asked with it."""

    company: int
    route: str
    key: str
    hash: bytes


def claim_of(company: int, route: str, key: str, request: msgspec.Struct) -> Claim:
    """The claim of a request. Raises `UserError` for a key that is empty or too long."""
    if not 8 <= len(key) <= 200:
        raise UserError(
            Reason(
                "idempotency.key",
                "Ключ повторного запроса: от 8 до 200 знаков",
                "The idempotency key has 8 to 200 characters",
            )
        )
    return Claim(company, route, key, sha256(msgspec.json.encode(request)).digest())


async def claim_key(act: ActContext, claim: Claim) -> OrderId | None:
    """Claim the key; returns the order that was already placed with it, if there is one.

    Raises `Conflict` while another request holds the key, and `UserError` where the key was used
    for something else.
    """
    parameters = {"company": claim.company, "route": claim.route, "key": claim.key}
    try:
        claimed = await act.fetch(CLAIM, {**parameters, "hash": claim.hash})
    except DBAPIError as waited:
        if getattr(waited.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        raise Conflict(
            Reason(
                "idempotency.in_flight",
                "Этот заказ уже оформляется. Обновите страницу через несколько секунд",
                "This order is being placed. Reload the page in a few seconds",
            )
        ) from waited
    if claimed:
        return None
    found = await act.fetch(FOUND, parameters)
    if found[0].request_hash != claim.hash:
        raise UserError(
            Reason(
                "idempotency.reused",
                "Этот ключ уже использован для другого заказа",
                "This key was already used for another order",
            )
        )
    return OrderId(found[0].order_id)


async def keep_answer(act: ActContext, claim: Claim, order_id: OrderId) -> None:
    """Remember which order the key stands for."""
    await act.execute(
        KEEP,
        {"company": claim.company, "route": claim.route, "key": claim.key, "order": order_id},
    )
