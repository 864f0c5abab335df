"""Builds the frame of a page: who, for whom, the cart, the navigation. One statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from litestar import Request
from litestar.utils.empty import value_or_default
from litestar.utils.scope.state import ScopeState
from sqlalchemy import TextClause, text

from fondaco.exchange.erp_live.words import LAST_WORD
from fondaco.hooks.context import AskContext
from fondaco.orders.approvers import COUNT_FOR_STAFF, COUNT_WAITING, staff_parameters
from fondaco.orders.bank.pages import STATEMENTS
from fondaco.orders.listing import COUNT_PLACED
from fondaco.orders.requests.queries import COUNT_REQUESTS, COUNT_TO_APPROVE
from fondaco.orders.requests.staff_pages import CHANGES
from fondaco.orders.undated import COUNT_UNDATED
from fondaco.settings import Erp, Settings
from fondaco.web.format import money
from fondaco.web.i18n import LOCALES, Translator
from fondaco.web.shell import (
    REFUSED_COOKIE,
    Acting,
    ActingOption,
    Brand,
    Cart,
    ErpAge,
    NavItem,
    Person,
    Shell,
)
from fondaco_sdk.types.actor import ActorKind

FRAME: TextClause = text(
    f"""
    select coalesce((select count(*) from fondaco.cart_line l where l.cart_id = c.id), 0),
           c.shown_total,
           (select coalesce(json_agg(json_build_array(e.uuid, e.name, e.id) order by e.name), '[]')
              from fondaco.legal_entity e
             where e.company_id = :company
               and exists (select from fondaco.agreement g
                            where g.legal_entity_id = e.id and g.active)),
           (select coalesce(json_agg(json_build_array(o.uuid, o.name, o.id) order by o.name), '[]')
              from fondaco.outlet o
             where o.company_id = :company and (not x.bound or exists (
                   select from fondaco.user_outlet b
                    where b.outlet_id = o.id and b.user_id = :user))),
           x.bound,
           (select s.name from fondaco.seller s where s.id = :seller),
           case when cast(:approves as boolean) then {COUNT_WAITING} + {COUNT_TO_APPROVE}
                else 0 end,
           {LAST_WORD}
      from (select exists (select from fondaco.user_outlet b where b.user_id = :user) as bound) x
      left join fondaco.cart c on c.company_id = :company and c.user_id = :user
    """
)

ORDERS, APPROVALS = "/orders", "/approvals"
CUSTOMERS, ASSORTMENTS = "/staff/customers", "/staff/assortments"
UNDATED = "/staff/undated"
DOCUMENTS = "/documents"
# What waits for staff: new orders, orders to approve, applications and requests for goods, lines
# without a day, requests to change an order, paper originals of documents.
STAFF_QUEUES: TextClause = text(
    f"""
    select case when cast(:moves as boolean) then {COUNT_PLACED} else 0 end,
           case when cast(:approves as boolean) then {COUNT_FOR_STAFF} else 0 end,
           case when cast(:answers as boolean)
                then (select count(distinct company_id) from fondaco.registration
                       where state = 'open') else 0 end,
           case when cast(:answers as boolean)
                then (select count(*) from fondaco.assortment_request
                       where state = 'open') else 0 end,
           case when cast(:moves as boolean) then {COUNT_UNDATED} else 0 end,
           case when cast(:moves as boolean) then {COUNT_REQUESTS} else 0 end,
           case when cast(:sends as boolean)
                then (select count(*) from fondaco.document_original
                       where sent_at is null) else 0 end
    """
)

# Pages that show buyers stock and prices.
COMPANY = "/company/"
GOODS = ("/search", "/products", "/cart", "/checkout", "/lists", "/quick-order")
CUSTOMER_NAV = (
    ("/search", "catalog", "category", "catalog.view"),
    ("/quick-order", "quick_order", "bolt", "order.place"),
    (ORDERS, "orders", "clipboard-list", "order.view"),
    (DOCUMENTS, "documents", "file-text", "document.view"),
    ("/lists", "lists", "list-details", "list.keep"),
    (APPROVALS, "approvals", "clipboard-check", "order.approve"),
    ("/company/people", "people", "users", "people.manage"),
    ("/company/limits", "limits", "scale", "limit.manage"),
    ("/company/addresses", "addresses", "map-pin", "people.manage"),
)
STAFF_NAV = (
    ("/staff", "staff_home", "home", "staff.area"),
    ("/search", "catalog", "category", "catalog.view"),
    (ORDERS, "orders", "clipboard-list", "order.view"),
    (APPROVALS, "approvals", "clipboard-check", "order.approve"),
    (DOCUMENTS, "documents", "file-text", "document.view"),
    (CUSTOMERS, "customers", "users", "customer.view"),
    (UNDATED, "undated", "alert-triangle", "order.move"),
    (CHANGES, "changes", "pencil", "order.move"),
    (STATEMENTS, "statements", "receipt", "payment.statement"),
    ("/staff/holds", "holds", "clock", "stock.holds"),
    ("/staff/prices", "prices", "tag", "price.view"),
    (ASSORTMENTS, "assortments", "filter", "assortment.view"),
    ("/staff/imports", "imports", "upload", "import.run"),
    ("/staff/exchange", "exchange", "arrows-exchange", "import.run"),
    ("/staff/carriers", "carriers", "truck", "import.run"),
    ("/staff/machines", "machines", "key", "machine.manage"),
    ("/staff/plugins", "plugins", "puzzle", "plugin.view"),
    ("/-/trace", "trace", "activity", "trace.view"),
)


class Frame:
    """Makes the `Shell` of a request."""

    def __init__(self, settings: Settings, texts: dict[str, Translator], brand: Brand) -> None:
        self._settings = settings
        self._texts = texts
        self._brand = brand

    async def __call__(self, request: Request[Any, Any, Any], ask: AskContext) -> Shell:
        """The shell; guests need no statement."""
        seller, acting, cart = "", None, Cart()
        heard_at: datetime | None = None
        waiting: Mapping[str, int] = {}
        customer = ask.customer
        if customer is not None:
            row = (
                await ask.fetch(
                    FRAME,
                    {
                        "company": customer.company_id,
                        "user": ask.actor.user_id,
                        "seller": customer.seller_id,
                        "approves": ask.actor.may("order.approve"),
                    },
                )
            )[0]
            lines, total, entities, outlets, bound, seller, orders, heard_at = row
            waiting = {APPROVALS: orders}
            cart = Cart(
                lines=lines,
                total=money(total or Decimal(0), customer.currency, ask.locale) if lines else "",
            )
            acting = Acting(
                company=customer.company_name,
                legal_entity=customer.legal_entity_name,
                outlet=customer.outlet_name,
                entities=_options(entities, customer.legal_entity_id),
                outlets=_outlets(outlets, customer.outlet_id, bound=bound),
                on_behalf=ask.on_behalf,
            )
        elif ask.actor.kind is ActorKind.STAFF:
            waiting = await _queues(ask)
        age = age_of(ask.hall.settings.erp, heard_at, ask.now)
        return self._shell(request, ask, acting, cart, seller or "", waiting, age)

    def plain(self, request: Request[Any, Any, Any], ask: AskContext) -> Shell:
        """The shell of an error page: no statement, nobody's cart."""
        return self._shell(request, ask, None, Cart(), "", {}, None)

    def _shell(
        self,
        request: Request[Any, Any, Any],
        ask: AskContext,
        acting: Acting | None,
        cart: Cart,
        seller: str,
        waiting: Mapping[str, int],
        age: ErpAge | None,
    ) -> Shell:
        actor = ask.actor
        staff = actor.kind is ActorKind.STAFF and not ask.on_behalf
        person = None
        if actor.kind is not ActorKind.GUEST:
            person = Person(name=actor.name, email=actor.email, is_staff=staff)
        query = request.url.query
        path = request.url.path
        return Shell(
            site_name=self._settings.site.name,
            brand=self._brand,
            locale=ask.locale,
            locales=LOCALES,
            path=f"{path}?{query}" if query else path,
            today=ask.now.astimezone(ask.zone).date(),
            zone=ask.zone,
            theme="dark" if request.cookies.get("theme") == "dark" else "light",
            density="roomy" if request.cookies.get("density") == "roomy" else "dense",
            csrf_token=csrf_token(request),
            person=person,
            acting=acting,
            may_order=actor.may("order.place"),
            cart=cart,
            nav=self._nav(ask, path, waiting),
            staff=staff,
            seller=seller,
            erp_age=age if _shows_goods(path) else None,
            query=request.query_params.get("q", ""),
            refused=request.cookies.get(REFUSED_COOKIE, ""),
        )

    def _nav(self, ask: AskContext, path: str, waiting: Mapping[str, int]) -> tuple[NavItem, ...]:
        actor = ask.actor
        if actor.kind is ActorKind.GUEST:
            return ()
        staff = actor.kind is ActorKind.STAFF and not ask.on_behalf
        tr = self._texts[ask.locale]
        kernel = [
            (href, tr(f"nav.{key}"), icon)
            for href, key, icon, policy in (STAFF_NAV if staff else CUSTOMER_NAV)
            if actor.may(policy)
        ]
        plugins = [
            (nav.href, nav.title.text(ask.locale), nav.icon)
            for nav in ask.hall.registry.nav
            if (nav.area == "staff") is staff and actor.may(nav.policy)
        ]
        shown = (*kernel, *plugins)
        # The desk at /staff is not where one is on a page below it that has a line of its own.
        nearest = max((href for href, _, _ in shown if _within(path, href)), key=len, default="")
        return tuple(
            NavItem(
                href=href,
                label=label,
                icon=icon,
                active=href == nearest,
                count=waiting.get(href, 0),
                in_company=href.startswith(COMPANY),
            )
            for href, label, icon in shown
        )


async def _queues(ask: AskContext) -> Mapping[str, int]:
    """How much waits for who looks, by the page where it does; nothing is asked for nobody."""
    may = ask.actor.may
    asked = {
        "moves": may("order.move"),
        "approves": may("order.approve"),
        "answers": may("customer.manage"),
        "sends": may("document.send"),
    }
    if not any(asked.values()):
        return {}
    rows = await ask.fetch(STAFF_QUEUES, {**asked, **staff_parameters(ask)})
    queues = (ORDERS, APPROVALS, CUSTOMERS, ASSORTMENTS, UNDATED, CHANGES, DOCUMENTS)
    return dict(zip(queues, rows[0], strict=True))


def _options(rows: Sequence[Any], chosen: int | None) -> tuple[ActingOption, ...]:
    return tuple(
        ActingOption(value=uuid, name=name, selected=id_ == chosen) for uuid, name, id_ in rows
    )


def _outlets(rows: Sequence[Any], chosen: int | None, *, bound: bool) -> tuple[ActingOption, ...]:
    """The outlets; first "any of them" for whoever is bound to none."""
    free = () if bound or not rows else (ActingOption(value="", name="", selected=chosen is None),)
    return (*free, *_options(rows, chosen))


def age_of(settings: Erp, heard_at: datetime | None, now: datetime) -> ErpAge | None:
    """How old stock and prices are, once nothing was heard of the ERP for long enough."""
    if heard_at is None or now - heard_at <= timedelta(minutes=settings.stock_minutes):
        return None
    return ErpAge(
        heard_at=heard_at,
        hours=(now - heard_at) // timedelta(hours=1),
        minutes=(now - heard_at) // timedelta(minutes=1) % 60,
        prices=now - heard_at > timedelta(hours=settings.price_hours),
    )


def _shows_goods(path: str) -> bool:
    return any(_within(path, page) for page in GOODS)


def _within(path: str, href: str) -> bool:
    return path == href or path.startswith(f"{href}/")


def csrf_token(request: Request[Any, Any, Any]) -> str:
    """The token that forms and scripts send back; "" where no cookie route was met."""
    return value_or_default(ScopeState.from_scope(request.scope).csrf_token, "")
