"""What staff do to customers: make them, accept and refuse them, keep their details.

Each verb is handed the company that was found for the asker, touches nothing of another one, and
leaves an audit line with what was and what is.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause
from uuid_utils.compat import uuid7

from fondaco.customers import queries
from fondaco.hooks.context import ActContext
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.ids import CompanyId
from fondaco_sdk.types.reason import Reason


class NewCompany(Struct, frozen=True):
    """A company by hand."""

    name: str
    phone: str


class EntityDetails(Struct, frozen=True):
    """A legal entity; `tax_id` "" for a client without one."""

    country: str
    tax_id: str
    kpp: str
    ogrn: str
    name: str
    full_name: str
    address: str


class OutletDetails(Struct, frozen=True):
    """Where goods go."""

    name: str
    address: str


class AgreementDetails(Struct, frozen=True):
    """Conditions of a legal entity, by the inner keys of what was chosen; `lists` in order."""

    legal_entity: int
    seller: int
    number: str
    signed_on: date | None
    currency: str
    payment_days: int
    lists: tuple[int, ...]
    manager: int | None
    active: bool


class AccountDetails(Struct, frozen=True):
    """A bank account of a legal entity."""

    legal_entity: int
    account: str
    bic: str
    bank_name: str
    correspondent: str


async def create_company(act: ActContext, new: NewCompany, entity: EntityDetails) -> UUID:
    """A customer made by hand, with its first legal entity; returns its outer key."""
    uuid = uuid7()
    rows = await act.fetch(
        queries.ADD_COMPANY, {"uuid": uuid, "name": new.name, "phone": new.phone}
    )
    company = CompanyId(rows[0].id)
    await act.audit("customer.create", f"company:{uuid}", None, new, company)
    await put_entity(act, company, entity)
    return uuid


async def rename_company(act: ActContext, company: CompanyId, new: NewCompany) -> None:
    """Another name or phone of the whole company."""
    before = await act.fetch(queries.RENAME, {"company": company, **msgspec.structs.asdict(new)})
    await act.audit("customer.rename", f"company:{company}", _plain(before[0]), new, company)


async def put_entity(
    act: ActContext, company: CompanyId, details: EntityDetails, uuid: UUID | None = None
) -> None:
    """Add a legal entity, or change the one of this company. Raises `NotFound`, and `UserError`
    where the tax id is another customer's or stands here already."""
    if details.tax_id:
        await act.fetch(
            queries.ALONE, {"what": f"fondaco:tax-id:{details.country}:{details.tax_id}"}
        )
        for other in await act.fetch(
            queries.SAME_TAX_ID, {"country": details.country, "tax_id": details.tax_id}
        ):
            if other.company_id != company:
                raise _taken("tax_id", other.company)
            if other.kpp == details.kpp and other.uuid != uuid:
                raise _taken("kpp" if details.kpp else "tax_id", other.name)
    await _put(
        act, company, "legal_entity", (queries.ADD_ENTITY, queries.SET_ENTITY), details, uuid
    )


async def put_outlet(
    act: ActContext, company: CompanyId, details: OutletDetails, uuid: UUID | None = None
) -> None:
    """Add an outlet, or change the one of this company. Raises `NotFound`."""
    await _put(act, company, "outlet", (queries.ADD_OUTLET, queries.SET_OUTLET), details, uuid)


async def put_agreement(
    act: ActContext, company: CompanyId, details: AgreementDetails, uuid: UUID | None = None
) -> None:
    """Add an agreement of this company's legal entity, or change it. Raises `NotFound`."""
    row = await _put(
        act, company, "agreement", (queries.ADD_AGREEMENT, queries.SET_AGREEMENT), details, uuid
    )
    await act.execute(
        queries.SET_LISTS,
        {"agreement": row.id, "lists": list(details.lists), "most": len(details.lists)},
    )


async def add_account(act: ActContext, company: CompanyId, details: AccountDetails) -> None:
    """Add a bank account; the same one again changes nothing."""
    await _put(
        act, company, "bank_account", (queries.ADD_ACCOUNT, queries.ADD_ACCOUNT), details, None
    )


async def drop_account(act: ActContext, company: CompanyId, uuid: UUID) -> None:
    """Remove a bank account. Raises `NotFound`."""
    gone = await act.fetch(queries.DROP_ACCOUNT, {"company": company, "uuid": uuid})
    if not gone:
        raise _absent()
    await act.audit(
        "customer.bank_account.drop", f"bank_account:{uuid}", _plain(gone[0]), None, company
    )


async def accept(act: ActContext, company: CompanyId, details: AgreementDetails) -> Sequence[Any]:
    """An applicant becomes a customer under an agreement; returns who is to be told.

    Raises `Conflict` for whoever is a customer already, or was merged into one.
    """
    if not await act.fetch(queries.ACCEPT, {"company": company}):
        raise Conflict(_NOT_WAITING)
    await put_agreement(act, company, details)
    await act.audit("customer.accept", f"company:{company}", None, details, company)
    return await act.fetch(queries.ANSWER, {"company": company, "state": "accepted"})


async def refuse(act: ActContext, company: CompanyId, why: str) -> Sequence[Any]:
    """An applicant is refused with a reason; returns who is to be told. Raises `Conflict`."""
    if not await act.fetch(queries.REFUSE, {"company": company, "why": why}):
        raise Conflict(_NOT_WAITING)
    await act.audit("customer.refuse", f"company:{company}", None, {"reason": why}, company)
    return await act.fetch(queries.ANSWER, {"company": company, "state": "refused"})


async def let_in(act: ActContext, company: CompanyId, request: UUID, role: str) -> Any:
    """Who asked to join becomes a person of the company; returns whom to tell.

    Raises `NotFound`, and `Conflict` where the e-mail belongs to somebody else's account.
    """
    found = await _answer_one(act, company, request, "accepted")
    moved = await act.execute(
        queries.LET_IN, {"company": company, "user": found.user_id, "roles": [role]}
    )
    if not moved:
        raise Conflict(
            Reason(
                "customer.account_exists",
                "У этой почты уже есть своя учётная запись, другой компании или сотрудника."
                " Договоритесь с заявителем о другой почте",
                "This e-mail has an account of its own, in another company or on our staff."
                " Agree on another e-mail with the applicant",
            )
        )
    await act.audit("customer.let_in", f"user:{found.user_id}", None, {"role": role}, company)
    return found


async def turn_away(act: ActContext, company: CompanyId, request: UUID) -> None:
    """Who asked to join does not belong to the company. Raises `NotFound`."""
    found = await _answer_one(act, company, request, "refused")
    await act.audit("customer.turn_away", found.email, None, None, company)


async def _answer_one(act: ActContext, company: CompanyId, request: UUID, state: str) -> Any:
    rows = await act.fetch(
        queries.ANSWER_ONE, {"company": company, "request": request, "state": state}
    )
    if not rows:
        raise _absent()
    return rows[0]


async def _put(
    act: ActContext,
    company: CompanyId,
    kind: str,
    statements: tuple[TextClause, TextClause],
    details: Struct,
    uuid: UUID | None,
) -> Any:
    before: dict[str, Any] | None = None
    if uuid is not None:
        found = await act.fetch(queries.BEFORE[kind], {"company": company, "uuid": uuid})
        if not found:
            raise _absent()
        before = _plain(found[0])
    values = {"company": company, "uuid": uuid or uuid7(), **msgspec.structs.asdict(details)}
    values.pop("lists", None)
    rows = await act.fetch(statements[uuid is not None], values)
    if not rows:
        raise _absent()
    verb = "add" if uuid is None else "change"
    await act.audit(f"customer.{kind}.{verb}", f"{kind}:{rows[0].uuid}", before, details, company)
    return rows[0]


def _plain(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(dict(row._mapping))
    return found


def _taken(field: str, holder: str) -> UserError:
    reason = Reason(
        "customer.tax_id_taken",
        f"Этот номер уже у клиента «{holder}»",
        f"This number belongs to the customer “{holder}” already",
    )
    return UserError(reason, {field: reason})


def _absent() -> NotFound:
    return NotFound(Reason("customer.absent", "Такой записи нет", "There is no such record"))


_NOT_WAITING = Reason(
    "customer.not_waiting",
    "Решение по этой компании уже принято. Обновите страницу",
    "This company was decided upon already. Reload the page",
)
