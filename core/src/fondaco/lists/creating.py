"""A list made by a program: sent twice under one key, it is one list.

The key stands in the list's own row, so it is claimed by the transaction that makes the list; two
at once wait for each other at the person. It is forgotten with the list.
"""

from hashlib import sha256
from uuid import UUID

from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext
from fondaco.lists.queries import LOCK_PERSON
from fondaco.lists.service import Lists
from fondaco_sdk.errors import Conflict, UserError
from fondaco_sdk.types.reason import Reason

_FOUND: TextClause = text(
    """
    select l.uuid, l.request_hash, l.removed_at is not null as removed
      from fondaco.product_list l
     where l.user_id = :user and l.company_id = :company and l.request_key = :key
    """
)
_KEEP: TextClause = text(
    """
    update fondaco.product_list l set request_key = :key, request_hash = :hash
     where l.user_id = :user and l.company_id = :company and l.uuid = :uuid
    """
)


async def create_once(act: ActContext, name: str, sharing: str, key: str) -> UUID:
    """A new list, or the one that was made with the key.

    Raises `UserError` where the key was used for another list, and `Conflict` where its list has
    been removed meanwhile.
    """
    lists = Lists(act)
    asked = {**lists.person, "key": key}
    hash = sha256(f"{sharing} {name}".encode()).digest()
    await act.fetch(LOCK_PERSON, {"user": act.actor.user_id})
    found = await act.fetch(_FOUND, asked)
    if found:
        made: UUID = found[0].uuid
        if bytes(found[0].request_hash) != hash:
            raise UserError(_REUSED)
        if found[0].removed:
            raise Conflict(_REMOVED)
        return made
    uuid = await lists.create(act, name)
    await lists.change(act, uuid, name, sharing)
    await act.execute(_KEEP, {**asked, "uuid": uuid, "hash": hash})
    return uuid


_REUSED = Reason(
    "idempotency.reused",
    "Этот ключ уже использован для другого списка",
    "This key was already used for another list",
)
_REMOVED = Reason(
    "lists.made_and_removed",
    "Список с этим ключом уже создан и удалён",
    "The list of this key was made and has been removed",
)
