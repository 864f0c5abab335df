"""Issues documents by themselves when goods leave, and those that somebody asks for."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import TextClause, text

from fondaco.documents.agreements import AgreementTerms, agreement_terms
from fondaco.documents.deliveries import Shipped, shipped_of
from fondaco.documents.model import closed_kinds
from fondaco.documents.registry import Draft, in_language_of, plain, register
from fondaco.documents.statements import statement_of
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.numbers import next_number
from fondaco_sdk.errors import UserError
from fondaco_sdk.events import OrderStateChangedV1
from fondaco_sdk.manifest import DocumentKind
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.paper import Contract, Statement
from fondaco_sdk.types.reason import Reason

MOST_DAYS = 366 * 3

HAS: TextClause = text(
    "select shipment_id, kind from fondaco.document"
    " where order_id = :order and shipment_id is not null"
)
# Asked for twice on a day, with nothing changed in between: the same document.
SAME: TextClause = text(
    """
    select d.uuid from fondaco.document d
     where d.kind = :kind and d.legal_entity_id = :entity and d.seller_id = :seller
       and d.issued_on = :today and d.version = 1
       and d.content - 'number' = cast(:content as jsonb) - 'number'
     order by d.id limit 1
    """
)


class Request(Struct, frozen=True):
    """What is asked for: a kind, on an agreement, for a period where the kind has one."""

    kind: str
    agreement: UUID
    since: date | None = None
    until: date | None = None


async def follow_shipments(act: ActContext, event: OrderStateChangedV1) -> None:
    """An order has left: its shipping documents, once for each shipment and kind."""
    if event.after is OrderState.SHIPPED:
        await issue_for_shipments(act, event.order_id)


async def issue_for_shipments(act: ActContext, order_id: int) -> None:
    """What the kinds issued at a shipment still lack, but for those that the ERP issues."""
    theirs = act.hall.settings.documents.by_erp
    kinds = [
        k
        for k in act.hall.registry.documents.values()
        if k.issued == "shipped" and k.name not in theirs
    ]
    if not kinds:
        return
    today = today_of(act)
    has = {(row[0], row[1]) for row in await act.fetch(HAS, {"order": order_id})}
    for locale in dict.fromkeys(kind.locale for kind in kinds):
        own = act.speaking(locale)
        of_locale = [kind for kind in kinds if kind.locale == locale]
        for shipped in await shipped_of(own, order_id, today):
            for kind in of_locale:
                if (shipped.shipment_id, kind.name) not in has:
                    number = await next_number(own, shipped.seller_id, kind.series or kind.name)
                    await register(own, shipping_draft(kind, shipped, number, today))


def shipping_draft(kind: DocumentKind, shipped: Shipped, number: str, day: date) -> Draft:
    """The document of a shipment under its number."""
    return Draft(
        kind=kind.name,
        number=number,
        issued_on=day,
        company_id=shipped.company_id,
        legal_entity_id=shipped.legal_entity_id,
        seller_id=shipped.seller_id,
        order_id=shipped.order_id,
        shipment_id=shipped.shipment_id,
        content=replace(shipped.delivery, number=number, date=day),
        formats=kind.formats,
    )


def kinds_on_demand(ask: AskContext) -> Sequence[DocumentKind]:
    """What the asker can ask for, by the manifests of the plugins at work."""
    closed = closed_kinds(ask)
    found = [k for name, k in ask.hall.registry.documents.items() if name not in closed]
    return [k for k in found if k.issued == "demand" and k.about in ("period", "agreement")]


async def issue_on_demand(act: ActContext, request: Request, scope: Scope) -> Sequence[UUID]:
    """Issue it, one document for each format. The same again on the same day gives the same ones.

    Raises `NotFound` for an agreement out of `scope`, `UserError` for a kind or period that is
    none.
    """
    kind = next((k for k in kinds_on_demand(act) if k.name == request.kind), None)
    if kind is None:
        raise UserError(_NO_KIND, {"kind": _NO_KIND})
    act = in_language_of(act, kind.name)
    today = today_of(act)
    since, until = _period(kind, request, today)
    terms = await agreement_terms(act, request.agreement, scope)
    content = await content_on_demand(act, kind, terms, ("", since, until), today)
    same = {
        "kind": kind.name,
        "entity": terms.legal_entity_id,
        "seller": terms.seller_id,
        "today": today,
        "content": msgspec.json.encode(plain(content)).decode(),
    }
    if found := await act.fetch(SAME, same):
        return [row[0] for row in found]
    own = terms.number if kind.about == "agreement" else ""
    number = own or await next_number(act, terms.seller_id, kind.series or kind.name)
    made = await register(
        act,
        Draft(
            kind=kind.name,
            number=number,
            issued_on=today,
            company_id=terms.company_id,
            legal_entity_id=terms.legal_entity_id,
            seller_id=terms.seller_id,
            content=replace(content, number=number),
            formats=kind.formats,
        ),
    )
    subject = f"document:{kind.name} {number}"
    await act.audit("document.issue", subject, None, request, terms.company_id)
    return made


async def content_on_demand(
    act: ActContext,
    kind: DocumentKind,
    terms: AgreementTerms,
    period: tuple[str, date, date],
    today: date,
) -> Statement | Contract:
    """What stands in it; `period` is the number with the first and the last day."""
    number, since, until = period
    if kind.about == "agreement":
        return terms.contract(number, today)
    return await statement_of(act, terms, number, since, until, today)


def _period(kind: DocumentKind, request: Request, today: date) -> tuple[date, date]:
    if kind.about != "period":
        return today, today
    if request.since is None or request.until is None:
        raise UserError(_NO_PERIOD, {"since": _NO_PERIOD})
    if request.since > request.until or (request.until - request.since).days > MOST_DAYS:
        raise UserError(_NO_PERIOD, {"since": _NO_PERIOD})
    if request.until > today:
        raise UserError(_FUTURE, {"until": _FUTURE})
    return request.since, request.until


def today_of(ask: AskContext) -> date:
    """The day in the site's zone."""
    now: datetime = ask.now
    return now.astimezone(ask.zone).date()


_NO_KIND = Reason(
    "document.kind",
    "Выберите документ из списка",
    "Choose a document from the list",
)
_NO_PERIOD = Reason(
    "document.period",
    "Укажите период: начало не позже конца, не длиннее трёх лет",
    "Give a period: its beginning not after its end, no longer than three years",
)
_FUTURE = Reason(
    "document.future",
    "Период не может заканчиваться в будущем",
    "The period cannot end in the future",
)
