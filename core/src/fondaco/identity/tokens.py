"""API tokens: shown once, stored as a hash, revoked at once on every process."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import func, insert, select, update
from uuid_utils.compat import uuid7

from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity.sessions import key_hash
from fondaco.identity.tables import api_token
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason

PREFIX = "fnd_"


class TokenRow(Struct, frozen=True):
    """A token as its owner sees it."""

    uuid: UUID
    name: str
    created_at: datetime


async def make_token(act: ActContext, name: str) -> str:
    """A new token of the acting person; this is the only time it is seen."""
    token = PREFIX + secrets.token_urlsafe(32)
    await act.execute(
        insert(api_token),
        {
            "uuid": uuid7(),
            "user_id": act.actor.user_id,
            "name": name,
            "token_hash": key_hash(token),
        },
    )
    await act.audit("token.make", name, None, None)
    return token


async def tokens_of(ask: AskContext) -> Sequence[TokenRow]:
    """The acting person's living tokens, newest first."""
    rows = await ask.fetch(
        select(api_token.c.uuid, api_token.c.name, api_token.c.created_at)
        .where(api_token.c.user_id == ask.actor.user_id, api_token.c.revoked_at.is_(None))
        .order_by(api_token.c.id.desc())
    )
    return tuple(TokenRow(*row) for row in rows)


async def revoke_token(act: ActContext, uuid: UUID) -> None:
    """End a token of one's own. Raises `NotFound` for any other."""
    touched = await act.execute(
        update(api_token)
        .where(
            api_token.c.uuid == uuid,
            api_token.c.user_id == act.actor.user_id,
            api_token.c.revoked_at.is_(None),
        )
        .values(revoked_at=func.now())
    )
    if not touched:
        raise NotFound(Reason("token.absent", "Такого токена нет", "There is no such token"))
    await act.audit("token.revoke", str(uuid), None, None)
