"""Who stands on a turnover, holds a status and has points: a company, or a legal entity.

A holder is a text: "company:17"; or, where legal entities stand by themselves, "tax:RU:7701234567",
so that legal entities of one tax id stand together, and "entity:5" for one without a tax id.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_loyalty.settings import By, LoyaltySettings
from fondaco_sdk.context import AnyRow, Ask
from fondaco_sdk.types.ids import CompanyId, LegalEntityId
from fondaco_sdk.types.reason import Reason

# Of `q`, which has a company_id and an entity_id.
_HOLDER: Mapping[By, str] = {
    "company": "'company:' || q.company_id",
    "legal_entity": """(select case when i.tax_id <> '' then 'tax:' || i.country || ':' || i.tax_id
                               else 'entity:' || i.id end
                          from fondaco_api.legal_entity_v1 i where i.id = q.entity_id)""",
}
# Whether an entry `e` of the turnover is one of `q`'s.
_OWN: Mapping[By, str] = {
    "company": "e.company_id = q.company_id",
    "legal_entity": """e.legal_entity_id in (
               select s.id from fondaco_api.legal_entity_v1 i
                 join fondaco_api.legal_entity_v1 s on s.id = i.id
                   or (i.tax_id <> '' and s.tax_id = i.tax_id and s.country = i.country)
                where i.id = q.entity_id)""",
}
# Which legal entity is meant where none is named: the company's first.
# Everybody there is, and whether an entry `e` of the turnover is of the member `q` alone.
_MEMBERS: Mapping[By, str] = {
    "company": "select id as company_id, cast(null as bigint) as entity_id"
    " from fondaco_api.company_v1",
    "legal_entity": "select company_id, id as entity_id from fondaco_api.legal_entity_v1",
}
_MEMBERS_OWN: Mapping[By, str] = {
    "company": "e.company_id = q.company_id",
    "legal_entity": "e.legal_entity_id = q.entity_id",
}
# Of `a`, which has a company_id.
_FIRST = "(select min(f.id) from fondaco_api.legal_entity_v1 f where f.company_id = a.company_id)"
# The one customer that is asked for, as `q`.
_ASKED = f"""(select a.company_id, coalesce(a.entity_id, {_FIRST}) as entity_id
                   from (select cast(:company as bigint) as company_id,
                                cast(:entity as bigint) as entity_id) a) q"""

_CLIENTS: TextClause = text(
    """
    select c.external_id, '' as asked, coalesce(m.into_company_id, c.id), e.id, e.country, e.tax_id
      from fondaco_api.company_v1 c
      left join plugin_loyalty.merger m on m.company_id = c.id
      left join fondaco_api.legal_entity_v1 e
        on e.company_id = coalesce(m.into_company_id, c.id)
     where c.external_id = any(cast(:companies as text[]))
    union all
    select '', e.tax_id, e.company_id, e.id, e.country, e.tax_id
      from fondaco_api.legal_entity_v1 e
     where e.tax_id = any(cast(:tax_ids as text[])) and e.tax_id <> ''
    """
)


def per_holder(sql: str) -> Mapping[By, TextClause]:
    """A statement for both settings of `by`, with the pieces above filled in by their names."""
    return {
        by: text(
            sql.format(
                holder=_HOLDER[by],
                own=_OWN[by],
                members=_MEMBERS[by],
                members_own=_MEMBERS_OWN[by],
                first=_FIRST,
                asked=_ASKED,
            )
        )
        for by in _HOLDER
    }


class Client(Struct, frozen=True):
    """A customer as the ERP named it. `legal_entity_id` is None where it cannot matter."""

    company_id: CompanyId
    legal_entity_id: LegalEntityId | None
    holder: str


class _Candidate(Struct, frozen=True):
    company_id: CompanyId
    entity_id: LegalEntityId | None
    country: str
    tax_id: str

    def holder(self, by: By) -> str:
        if by == "company":
            return f"company:{self.company_id}"
        return f"tax:{self.country}:{self.tax_id}" if self.tax_id else f"entity:{self.entity_id}"


class Clients:
    """The customers that a batch of records names, by id of the ERP and by tax id."""

    def __init__(self, by: By, rows: Sequence[AnyRow]) -> None:
        self._by = by
        self._of_company: dict[str, list[_Candidate]] = {}
        self._of_tax_id: dict[str, list[_Candidate]] = {}
        for external_id, tax_id, company, entity, country, own_tax_id in rows:
            found = _Candidate(company, entity, country or "", own_tax_id or "")
            self._of_company.setdefault(external_id, []).append(found)
            self._of_tax_id.setdefault(tax_id, []).append(found)

    def find(self, company: str, tax_id: str) -> Client | Reason:
        """The one customer meant, or why it cannot be told."""
        found = self._candidates(company, tax_id)
        if not found:
            return _unknown(company, tax_id)
        holders = {candidate.holder(self._by) for candidate in found}
        if len(holders) > 1:
            return _several(company, tax_id, self._by)
        first = min(found, key=lambda one: one.entity_id or 0)
        entities = {candidate.entity_id for candidate in found}
        sure = len(entities) == 1 or self._by == "legal_entity"
        return Client(first.company_id, first.entity_id if sure else None, holders.pop())

    def _candidates(self, company: str, tax_id: str) -> Sequence[_Candidate]:
        if not tax_id:
            named = self._of_company.get(company, ()) if company else ()
            return [c for c in named if c.entity_id is not None or self._by == "company"]
        found = self._of_tax_id.get(tax_id, ())
        if not company:
            return found
        ids = {candidate.company_id for candidate in self._of_company.get(company, ())}
        return [candidate for candidate in found if candidate.company_id in ids]


async def clients_of(ask: Ask, named: Sequence[tuple[str, str]]) -> Clients:
    """The customers of (id of the ERP, tax id) pairs. One statement."""
    rows = await ask.fetch(
        _CLIENTS,
        {"companies": [company for company, _ in named], "tax_ids": [tax for _, tax in named]},
    )
    return Clients(ask.settings(LoyaltySettings).by, rows)


def _unknown(company: str, tax_id: str) -> Reason:
    if tax_id:
        return Reason(
            "loyalty.tax_id_unknown",
            f"Клиента с ИНН «{tax_id}» на портале нет",
            f"The portal has no customer with the tax id “{tax_id}”",
            {"tax_id": tax_id, "company": company},
        )
    return Reason(
        "loyalty.company_unknown",
        f"Компании с кодом учётной системы «{company}» на портале нет",
        f"The portal has no company with the ERP's id “{company}”",
        {"company": company},
    )


def _several(company: str, tax_id: str, by: By) -> Reason:
    if by == "company":
        return Reason(
            "loyalty.several_companies",
            f"ИНН «{tax_id}» есть у нескольких компаний: передайте и код учётной системы",
            f"Several companies have the tax id “{tax_id}”: send the ERP's id as well",
            {"tax_id": tax_id},
        )
    return Reason(
        "loyalty.several_entities",
        f"У компании «{company}» несколько юрлиц: передайте ИНН того, о котором речь",
        f"The company “{company}” has several legal entities: send the tax id of the one meant",
        {"company": company},
    )


SAID_AGAIN = Reason(
    "loyalty.said_again",
    "Клиент назван ещё раз дальше: учтена последняя запись",
    "The customer is named again further on: the last record counts",
)
