"""People of customers from the ERP: kept as contacts; a letter goes out only when a person asks."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import TextClause, text

from fondaco.builtin.erp.companies import companies_of
from fondaco.builtin.erp.outlets import outlets_of
from fondaco.builtin.erp.parts import Parts
from fondaco.builtin.erp.rows import Kept, Row, moved, said, unfit, unknown
from fondaco.builtin.erp.taking import Owner, Taking, changed, first
from fondaco.identity.person_rules import role_mistakes, unfit_email
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.types.reason import Reason

CONTACT = Kept(
    "invitation",
    {"company_id": "bigint", "email": "text", "name": "text", "roles": "text[]", "held": "boolean"},
)
CLEARED: Mapping[str, Any] = {"name": "", "email": "", "roles": ["buyer"], "outlets": ()}

# Who has one of the e-mails or ids already: an account, or an invitation.
_HERE: TextClause = text(
    """
    select lower(u.email) as email, u.external_id, u.company_id, true as account, u.id
      from fondaco.user_account u
     where lower(u.email) = any(cast(:emails as text[]))
        or u.external_id = any(cast(:ids as text[]))
    union all
    select lower(i.email), i.external_id, i.company_id, false, i.id
      from fondaco.invitation i
     where lower(i.email) = any(cast(:emails as text[]))
    """
)
_NAME: TextClause = text(
    """
    with accounts as (
        update fondaco.user_account u set external_id = said.external_id
          from jsonb_to_recordset(cast(:said as jsonb)) said (id bigint, external_id text,
                                                              account boolean)
         where said.account and u.id = said.id
    )
    update fondaco.invitation i set external_id = said.external_id
      from jsonb_to_recordset(cast(:said as jsonb)) said (id bigint, external_id text,
                                                          account boolean)
     where not said.account and i.id = said.id
    """
)
_OUTLETS = Parts(
    "outlets",
    shown=text(
        """
        select b.invitation_id, array_agg(o.name order by o.name, o.id)
          from fondaco.invitation_outlet b join fondaco.outlet o on o.id = b.outlet_id
         where b.invitation_id = any(cast(:owners as bigint[])) group by 1
        """
    ),
    drop=text(
        "delete from fondaco.invitation_outlet where invitation_id = any(cast(:owners as bigint[]))"
    ),
    add=text(
        """
        insert into fondaco.invitation_outlet (invitation_id, outlet_id)
        select owner, outlet
          from jsonb_to_recordset(cast(:rows as jsonb)) said (owner bigint, outlet bigint)
        """
    ),
)


class PersonRecord(Struct, frozen=True, kw_only=True):
    """Somebody of a company. `roles` are the portal's; no `outlets` are all of them.

    Whoever has an account or was invited by people keeps what was given to them here: the ERP's id
    is noted and nothing else.
    """

    external_id: str
    company: str
    email: str
    name: str
    roles: tuple[str, ...] | UnsetType = UNSET
    outlets: tuple[str, ...] | UnsetType | None = UNSET
    version: int = 0


async def take_people(act: Act, records: Sequence[PersonRecord]) -> Report:
    """Keep contacts. Constant statements; no letter is sent."""
    taking = await Taking.open(act, "person", CONTACT, records)
    companies = await companies_of(act, {record.company for record in records})
    outlets = await outlets_of(act, {key for r in records for key in r.outlets or ()})
    here = await _here(act, records)
    bound: dict[str, Sequence[Mapping[str, Any]]] = {}
    named: dict[tuple[bool, int], str] = {}
    for place, record in enumerate(records):
        company, row = companies.get(record.company), taking.rows.get(record.external_id)
        one = here.of(record, company)
        if refusal := _refusal(record, company, row, one, outlets):
            taking.refuse(place, record.email, refusal)
            continue
        fields = taking.news(record, said(record, CLEARED))
        if one is not None and (one.account or row is None):
            named[one.account, one.id] = record.external_id
            taking.take(record, None, fields)
        elif row is not None and not row.values["held"]:
            taking.take(record, None, fields)
        else:
            if "outlets" in fields:
                asked = dict.fromkeys(fields["outlets"])
                bound[record.external_id] = [{"outlet": outlets[key].id} for key in asked]
            columns = {name: value for name, value in fields.items() if name != "outlets"}
            if "roles" in columns:
                columns["roles"] = list(columns["roles"])  # as the table gives them
            taking.take(record, changed(row or _new(record, company), columns), fields)
            here.invite(record, company)
    await taking.write(act, CONTACT, _OUTLETS, bound)
    if named:
        told = [{"account": a, "id": i, "external_id": key} for (a, i), key in named.items()]
        await act.execute(_NAME, {"said": msgspec.json.encode(told).decode()})
    return taking.report


class _One(Struct, frozen=True):
    """An account, or an invitation to a company."""

    company: int | None
    account: bool
    id: int
    external_id: str | None


class _Here:
    """Who is on the portal: accounts by e-mail or the ERP's id, invitations by e-mail."""

    def __init__(self, found: Sequence[_One], emails: Sequence[str]) -> None:
        self._accounts: dict[str, _One] = {}
        self._invited: dict[tuple[int | None, str], _One] = {}
        for one, email in zip(found, emails, strict=True):
            if one.account:
                self._accounts.update({key: one for key in (email, one.external_id) if key})
            else:
                self._invited[one.company, email] = one

    def of(self, record: PersonRecord, company: int | None) -> _One | None:
        """Whom the record means."""
        email = record.email.lower()
        account = self._accounts.get(email) or self._accounts.get(record.external_id)
        return account or self._invited.get((company, email))

    def invite(self, record: PersonRecord, company: int | None) -> None:
        """The record has become a contact."""
        key = (company, record.email.lower())
        self._invited[key] = _One(company, False, 0, record.external_id)


async def _here(act: Act, records: Sequence[PersonRecord]) -> _Here:
    """One statement."""
    values = {
        "emails": [record.email.lower() for record in records],
        "ids": [record.external_id for record in records],
    }
    rows = await act.fetch(_HERE, values)
    found = [_One(row.company_id, row.account, row.id, row.external_id) for row in rows]
    return _Here(found, [row.email for row in rows])


def _new(record: PersonRecord, company: int | None) -> Row:
    blank = {"name": "", "email": "", "roles": ["buyer"], "held": True}
    return Row(record.external_id, {"company_id": company, **blank})


def _refusal(
    record: PersonRecord,
    company: int | None,
    row: Row | None,
    one: _One | None,
    outlets: Mapping[str, Owner],
) -> Reason | None:
    """Why a record cannot be taken."""
    if refusal := unfit(record.external_id) or unfit_email(record.email):
        return refusal
    if company is None:
        return unknown("Компании", "company", record.company)
    if row is not None and row.values["company_id"] != company:
        return moved("другая компания", "company")
    if one is not None and one.account and one.company != company:
        return _ELSEWHERE
    if one is not None and _is_another(one, record, row):
        return _ID_TAKEN
    for key in record.outlets or ():
        if key not in outlets or outlets[key].company != company:
            return unknown("Торговой точки этой компании", "outlet of this company", key)
    return first(role_mistakes(record.name, record.roles or ("buyer",), None))


def _is_another(one: _One, record: PersonRecord, row: Row | None) -> bool:
    """Whether who has the e-mail has another id; an invitation that people made has none yet, and
    gets the record's, unless a contact has it."""
    if one.external_id is None:
        return row is not None and not one.account
    return one.external_id != record.external_id


_ELSEWHERE = Reason(
    "erp.person_elsewhere",
    "У этой почты уже есть учётная запись, другой компании или сотрудника портала",
    "This e-mail has an account already, in another company or on our staff",
)
_ID_TAKEN = Reason(
    "erp.id_taken",
    "Эта почта на портале уже у человека с другим кодом учётной системы",
    "On the portal a person with another id of the ERP has this e-mail",
)
