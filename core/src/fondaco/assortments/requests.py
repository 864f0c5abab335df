"""A customer asks for a product that they may see and not order; staff answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, TextClause, bindparam, text
from uuid_utils.compat import uuid7

from fondaco.assortments.service import grant
from fondaco.hooks.context import ActContext, AskContext
from fondaco_sdk.errors import NotFound
from fondaco_sdk.events import AssortmentRequestedV1
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.ids import CompanyId, ProductId
from fondaco_sdk.types.reason import Reason

_ASK: TextClause = text(
    """
    insert into fondaco.assortment_request (uuid, company_id, product_id, user_id)
    values (:uuid, :company, :product, :user)
    on conflict (company_id, product_id) where state = 'open' do nothing
    returning uuid
    """
)
_LATEST: TextClause = text(
    """
    select distinct on (product_id) product_id, state, answer, asked_at, answered_at
      from fondaco.assortment_request
     where company_id = :company and product_id = any(:products)
     order by product_id, id desc
    """
).bindparams(bindparam("products", type_=ARRAY(BigInteger)))
_ANSWER: TextClause = text(
    """
    update fondaco.assortment_request r
       set state = :state, answer = :answer, answered_by = :user, answered_at = now()
      from fondaco.product p, fondaco.user_account u
     where r.uuid = :uuid and r.company_id = :company and r.state = 'open'
       and p.id = r.product_id and u.id = r.user_id
    returning r.product_id, p.uuid as product, p.sku, p.name, u.email, u.name as person, u.locale
    """
)


class Asked(Struct, frozen=True):
    """The newest request of a company for a product; `answer` is why it was refused."""

    state: str
    answer: str
    asked_at: datetime
    answered_at: datetime | None


class Answered(Struct, frozen=True):
    """A request that was just answered, and who asked."""

    product_id: ProductId
    product: UUID
    sku: str
    name: str
    email: str
    person: str
    locale: str | None


async def ask_for(act: ActContext, company: CompanyId, product: ProductId) -> None:
    """Ask for a product; asking again while nobody has answered changes nothing."""
    asked = {"uuid": uuid7(), "company": company, "product": product, "user": act.actor.user_id}
    for row in await act.fetch(_ASK, asked):
        await act.emit(
            AssortmentRequestedV1(
                request_uuid=row.uuid, product_id=product, company_id=company, at=act.now
            )
        )


async def asked_of(
    ask: AskContext, scope: Scope, products: Sequence[ProductId]
) -> Mapping[ProductId, Asked]:
    """What was asked for of some products, and how that stands. One statement, or none."""
    if not products or scope.company_id is None:
        return {}
    rows = await ask.fetch(
        _LATEST,
        {"company": scope.company_id, "products": list(products)},
    )
    return {ProductId(product): Asked(*rest) for product, *rest in rows}


async def accept_request(act: ActContext, company: CompanyId, uuid: UUID) -> Answered:
    """The company may order it from now on. Raises `NotFound` for one that is answered."""
    answered = await _answer(act, company, uuid, "accepted", "")
    await grant(act, company, answered.product_id)
    return answered


async def refuse_request(act: ActContext, company: CompanyId, uuid: UUID, why: str) -> Answered:
    """The company may not; it reads why. Raises `NotFound` for one that is answered."""
    return await _answer(act, company, uuid, "refused", why)


async def _answer(
    act: ActContext, company: CompanyId, uuid: UUID, state: str, answer: str
) -> Answered:
    values = {"uuid": uuid, "company": company, "state": state, "answer": answer}
    rows = await act.fetch(_ANSWER, {**values, "user": act.actor.user_id})
    if not rows:
        raise NotFound(
            Reason(
                "assortment.no_request",
                "Этого запроса нет, или на него уже ответили",
                "There is no such request, or somebody has answered it",
            )
        )
    answered = Answered(*rows[0])
    await act.audit(f"assortment.{state}", f"product:{answered.sku}", None, answer, company)
    return answered
