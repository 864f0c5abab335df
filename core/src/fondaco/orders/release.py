"""An order goes out: its invoice is issued and everybody is told, when it is placed or approved."""

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.documents.service import issue_invoice
from fondaco.hooks.context import ActContext
from fondaco_sdk.errors import Conflict
from fondaco_sdk.events import OrderPlacedV1
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.ids import (
    AgreementId,
    CompanyId,
    LegalEntityId,
    OrderId,
    PriceListId,
    SellerId,
)
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason

_BUYER: TextClause = text(
    """
    select c.id as company_id, c.name as company, e.id as entity_id, e.name as entity,
           g.id as agreement_id, o.seller_id, o.currency, g.payment_days,
           array(select l.price_list_id from fondaco.agreement_price_list l
                  where l.agreement_id = g.id order by l.rank) as lists,
           u.name as person, u.email, u.locale, g.active and c.state = 'active' as in_force
      from fondaco.customer_order o
      join fondaco.company c on c.id = o.company_id
      join fondaco.legal_entity e on e.id = o.legal_entity_id
      join fondaco.agreement g on g.id = o.agreement_id
      left join fondaco.user_account u on u.id = o.user_id
     where o.id = :order
    """
)


class Buyer(Struct, frozen=True):
    """For whom an order was placed, and by whom; without an account: "" and None."""

    customer: Customer
    name: str
    email: str
    locale: str | None
    in_force: bool


async def release(act: ActContext, order: Order) -> None:
    """Issue the invoice to the acting customer, and tell everybody of the order."""
    await issue_invoice(act, order.id)
    await announce(act, order)


async def announce(act: ActContext, order: Order) -> None:
    """Tell everybody of an order that goes out."""
    await act.emit(
        OrderPlacedV1(
            order_id=order.id,
            order_uuid=order.uuid,
            number=order.number,
            company_id=order.company_id,
            legal_entity_id=order.legal_entity_id,
            at=act.now,
            total=order.total,
            currency=order.currency,
        )
    )


async def buyer_of(act: ActContext, order_id: OrderId) -> Buyer:
    """The customer as the order was placed. One statement."""
    row = (await act.fetch(_BUYER, {"order": order_id}))[0]
    customer = Customer(
        company_id=CompanyId(row.company_id),
        company_name=row.company,
        legal_entity_id=LegalEntityId(row.entity_id),
        legal_entity_name=row.entity,
        agreement_id=AgreementId(row.agreement_id),
        seller_id=SellerId(row.seller_id),
        currency=row.currency,
        price_lists=tuple(PriceListId(one) for one in row.lists),
        payment_days=row.payment_days,
    )
    return Buyer(customer, row.person or "", row.email or "", row.locale, row.in_force)


def acting_for(act: ActContext, buyer: Buyer) -> ActContext:
    """The same transaction and person, at work for the customer of an order.

    Raises `Conflict` where the agreement of the order is no longer in force.
    """
    if not buyer.in_force:
        raise Conflict(
            Reason(
                "approval.agreement",
                "Соглашение, по которому оформлен заказ, больше не действует."
                " Отклоните заказ, чтобы его оформили заново",
                "The agreement of this order is no longer in force."
                " Refuse the order, so that it is placed anew",
            )
        )
    return ActContext(
        act.hall,
        act.actor,
        act.scope,
        buyer.customer,
        locale=buyer.locale or act.hall.settings.site.locale,
        request_id=act.request_id,
        connection=act.connection,
    )
