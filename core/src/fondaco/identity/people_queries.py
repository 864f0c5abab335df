"""The people of a company, its invitations and outlets, as one reads them. One statement each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext

ADMIN = "company_admin"

_OUTLETS_OF = """
    coalesce((select json_agg(json_build_array(o.uuid, o.name) order by o.name, o.id)
                from fondaco.{table} x join fondaco.outlet o on o.id = x.outlet_id
               where x.{column} = {owner}), '[]') as outlets
"""
_PERSON = f"""
    select u.id, u.uuid, u.name, u.email, u.roles, u.active,
           {_OUTLETS_OF.format(table="user_outlet", column="user_id", owner="u.id")}
      from fondaco.user_account u
     where u.company_id = :company
"""
_PEOPLE: TextClause = text(
    f"{_PERSON} order by u.active desc, translate(lower(u.name), 'ё', 'е'), u.name, u.id"
)
_ONE: TextClause = text(f"{_PERSON} and u.uuid = :uuid")
_INVITATIONS: TextClause = text(
    f"""
    select i.id, i.uuid, i.name, i.email, i.roles, i.sent_at, i.expires_at,
           coalesce(i.expires_at <= now(), false) as over, i.held,
           {_OUTLETS_OF.format(table="invitation_outlet", column="invitation_id", owner="i.id")}
      from fondaco.invitation i
     where i.company_id = :company
     order by i.created_at desc, i.id desc
    """
)
_OUTLETS: TextClause = text(
    """
    select id, uuid, name, address from fondaco.outlet where company_id = :company
     order by translate(lower(name), 'ё', 'е'), name, id
    """
)


class BoundOutlet(Struct, frozen=True):
    """An outlet that somebody is bound to."""

    uuid: UUID
    name: str


class Person(Struct, frozen=True):
    """Somebody who may sign in for the company, or could. No `outlets`: every one."""

    id: int
    uuid: UUID
    name: str
    email: str
    roles: Sequence[str]
    active: bool
    outlets: Sequence[BoundOutlet]


class Invitation(Struct, frozen=True):
    """Somebody who was invited and has not come yet. No `outlets`: every one.

    `held`: only the ERP knows of them, and no letter was asked for.
    """

    id: int
    uuid: UUID
    name: str
    email: str
    roles: Sequence[str]
    sent_at: datetime | None
    expires_at: datetime | None
    over: bool
    held: bool
    outlets: Sequence[BoundOutlet]

    @property
    def state(self) -> Literal["known", "sending", "waiting", "over"]:
        """What became of the letter."""
        if self.held:
            return "known"
        if self.sent_at is None:
            return "sending"
        return "over" if self.over else "waiting"


class Outlet(Struct, frozen=True):
    """An outlet to choose."""

    id: int
    uuid: UUID
    name: str
    address: str


async def people_of(ask: AskContext, company_id: int) -> Sequence[Person]:
    """Everybody of a company, those who may sign in first."""
    return [_person(row) for row in await ask.fetch(_PEOPLE, {"company": company_id})]


async def person_of(ask: AskContext, company_id: int, uuid: UUID) -> Person | None:
    """One of them."""
    rows = await ask.fetch(_ONE, {"company": company_id, "uuid": uuid})
    return _person(rows[0]) if rows else None


async def invitations_of(ask: AskContext, company_id: int) -> Sequence[Invitation]:
    """Those invited who have not come yet, the newest first."""
    rows = await ask.fetch(_INVITATIONS, {"company": company_id})
    return [_invitation(row) for row in rows]


async def outlets_of(ask: AskContext, company_id: int) -> Sequence[Outlet]:
    """The company's outlets by name."""
    return [Outlet(*row) for row in await ask.fetch(_OUTLETS, {"company": company_id})]


def only_admin(people: Sequence[Person]) -> Person | None:
    """The one who administers the company alone: nobody may take that from them."""
    admins = [one for one in people if one.active and ADMIN in one.roles]
    return admins[0] if len(admins) == 1 else None


def _person(row: Any) -> Person:
    return Person(row.id, row.uuid, row.name, row.email, row.roles, row.active, _bound(row.outlets))


def _invitation(row: Any) -> Invitation:
    return Invitation(
        row.id,
        row.uuid,
        row.name,
        row.email,
        row.roles,
        row.sent_at,
        row.expires_at,
        row.over,
        row.held,
        _bound(row.outlets),
    )


def _bound(pairs: Sequence[tuple[str, str]]) -> Sequence[BoundOutlet]:
    return [BoundOutlet(UUID(uuid), name) for uuid, name in pairs]
