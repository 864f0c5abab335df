"""Two companies that each have one of everything, people of every role, and their keys."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

import httpx
from msgspec import Struct
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.identity.sessions import open_session
from fondaco.testing.application import application_of
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import CompanyFixture, Wholesaler

CUSTOMER_ROLES = ("buyer", "approver", "accountant", "company_admin")
STAFF_ROLES = ("manager", "head_of_sales", "picker", "site_admin")
CANARY = "Канарейка"
"""Stands in whatever the second company writes or is called."""


class Key(Struct, frozen=True):
    """How one person is known: by the cookie of a session, and by a token."""

    role: str
    session: str
    token: str


class Belongings(Struct, frozen=True):
    """The outer ids of what a company has, by their kinds."""

    company: CompanyFixture
    ids: Mapping[str, str]
    people: Mapping[str, Key]


class Scene(Struct, frozen=True):
    """`own` is who looks, `other` whom they may not see; `shared` is everybody's."""

    own: Belongings
    other: Belongings
    staff: Mapping[str, Key]
    shared: Mapping[str, str]


async def set_the_scene(hall: Hall, wholesaler: Wholesaler) -> Scene:
    """Fill the shop through its pages, as the companies' buyers would."""
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    place = await wholesaler.place()
    await wholesaler.products(3, price_list=prices, place=place, on_hand=Decimal(10_000))
    companies = [await wholesaler.company(name, seller, [prices]) for name in ("Ромашка", CANARY)]
    own, other = [await _furnish(hall, company) for company in companies]
    async with hall.database.transaction() as connection:
        rows = await connection.execute(
            text("select uuid from fondaco.product where sku = 'A-1'"),
        )
        product = str(rows.scalar_one())
        place_uuid = (await connection.execute(text("select uuid from fondaco.place"))).scalar_one()
    return Scene(
        own,
        other,
        await _people(hall, STAFF_ROLES, None, "Пётр Сотрудник"),
        {"product": product, "place": str(place_uuid)},
    )


async def _furnish(hall: Hall, company: CompanyFixture) -> Belongings:
    company_id = company.customer.company_id
    name = company.customer.company_name
    people = await _people(hall, CUSTOMER_ROLES, company_id, f"{name} Иванова")
    transport = httpx.ASGITransport(app=cast("Any", application_of(hall)))
    buyer = people["buyer"]
    async with Client(transport=transport, base_url="http://portal.test") as client:
        client.cookies.set("sid", buyer.session, domain="portal.test")
        await client.send_form("/cart/articles", {"article": "A-1", "quantity": "2"})
        cart = (await _api(client, buyer, "GET", "/cart")).json()
        order = {
            "shown": cart["fingerprint"],
            "delivery": "address",
            "outlet": str(company.outlet),
            "comment": f"{name} ждёт",
            "customer_reference": f"{name} 17",
        }
        placed = await _api(client, buyer, "POST", "/orders", order)
        assert placed.status_code == 201, placed.text
        for article in ("A-1", "A-2", "A-3"):
            await client.send_form("/cart/articles", {"article": article, "quantity": "1"})
        line = (await _api(client, buyer, "GET", "/cart")).json()["lines"][0]["id"]
        await client.send_form(f"/cart/lines/{line}/remove")
        pasted = await client.send_form("/quick-order/paste", {"text": "A-1\t1\nA-2\t2\nНЕТ\t1"})
        assert pasted.status_code == 303, pasted.text
        await client.send_form("/cart/deliveries/begin")
        await client.send_form("/cart/deliveries/add", {"target": f"outlet:{company.outlet}"})
        await client.send_form("/cart/deliveries/end")
        made = await client.send_form("/lists", {"name": f"{name} 17"})
        assert made.status_code == 303, made.text
        await client.send_form(f"{made.headers['location']}/lines", {"text": "A-1;2\nA-2"})
        await client.send_form("/checkout/hold")
    async with hall.database.transaction() as connection:
        await connection.execute(
            text(
                "insert into fondaco.change_request (uuid, order_id, comment)"
                " select gen_random_uuid(), id, :why from fondaco.customer_order"
                " where company_id = :company"
            ),
            {"company": company_id, "why": f"{name} ждёт"},
        )
        await connection.execute(
            text(
                "insert into fondaco.invitation (uuid, company_id, email, name, roles, locale)"
                " values (gen_random_uuid(), :company, 'new@promises.test', :name, '{buyer}', 'ru')"
            ),
            {"company": company_id, "name": f"{name} Иванова"},
        )
        await connection.execute(
            text(
                "insert into fondaco.earlier_order (uuid, external_id, company_id, legal_entity_id,"
                " number, state, currency, total, vat_total, placed_at)"
                " select gen_random_uuid(), :name, company_id, id, :name || ' 1', 'completed',"
                " 'RUB', 100, 18.03, now() - interval '1 year'"
                " from fondaco.legal_entity where company_id = :company"
            ),
            {"company": company_id, "name": name},
        )
        await connection.execute(
            text(
                "with charged as (insert into fondaco.charge (uuid, payment_id, provider, state,"
                " amount, currency) select gen_random_uuid(), p.id, 'nobody', 'paid', 10, 'RUB'"
                " from fondaco.payment p join fondaco.customer_order o on o.id = p.order_id"
                " where o.company_id = :company limit 1 returning id)"
                " insert into fondaco.charge_refund (uuid, charge_id, state, amount, reason)"
                " select gen_random_uuid(), id, 'unknown', 10, :why from charged"
            ),
            {"company": company_id, "why": f"{name} ждёт"},
        )
        await connection.execute(
            text(
                "insert into fondaco.spending_limit (uuid, company_id, outlet_id, amount)"
                " select gen_random_uuid(), company_id, id, 1000000 from fondaco.outlet"
                " where company_id = :company"
            ),
            {"company": company_id},
        )
        await connection.execute(
            text(
                "insert into fondaco.manual_price (uuid, company_id, product_id, price, currency,"
                " reason, user_id, given_by, valid_to) select gen_random_uuid(), :company, p.id,"
                " 99, 'RUB', :why, :user, 'Пётр', '2099-12-31' from fondaco.product p"
                " where p.sku = 'A-3'"
            ),
            {"company": company_id, "why": f"{name} ждёт", "user": company.user_id},
        )
    ids = await _ids(hall, company_id)
    return Belongings(company, {**ids, "outlet": str(company.outlet)}, people)


async def _api(
    client: Client, key: Key, method: str, path: str, body: Any = None
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key.token}", "Idempotency-Key": uuid4().hex}
    return await client.request(method, f"/api/v1{path}", json=body, headers=headers)


async def _ids(hall: Hall, company_id: int) -> Mapping[str, str]:
    """The ids that stand in addresses and forms."""
    queries = {
        "order": "select uuid from fondaco.customer_order where company_id = :company",
        "earlier_order": "select uuid from fondaco.earlier_order where company_id = :company",
        "order_line": "select l.uuid from fondaco.order_line l"
        " join fondaco.customer_order o on o.id = l.order_id where o.company_id = :company",
        "payment": "select p.uuid from fondaco.payment p"
        " join fondaco.customer_order o on o.id = p.order_id where o.company_id = :company",
        "refund": "select r.uuid from fondaco.charge_refund r"
        " join fondaco.charge c on c.id = r.charge_id join fondaco.payment p on p.id = c.payment_id"
        " join fondaco.customer_order o on o.id = p.order_id where o.company_id = :company",
        "change": "select r.uuid from fondaco.change_request r"
        " join fondaco.customer_order o on o.id = r.order_id where o.company_id = :company",
        "manual_price": "select uuid from fondaco.manual_price where company_id = :company",
        "document": "select uuid from fondaco.document where company_id = :company",
        "cart_line": "select l.uuid from fondaco.cart_line l"
        " join fondaco.cart c on c.id = l.cart_id where c.company_id = :company order by l.id",
        "delivery": "select d.uuid from fondaco.cart_delivery d"
        " join fondaco.cart c on c.id = d.cart_id where c.company_id = :company order by d.id desc",
        "removed": "select r.uuid from fondaco.cart_removed r"
        " join fondaco.cart c on c.id = r.cart_id where c.company_id = :company",
        "list": "select uuid from fondaco.article_list where company_id = :company",
        "product_list": "select uuid from fondaco.product_list where company_id = :company",
        "token": "select t.uuid from fondaco.api_token t"
        " join fondaco.user_account u on u.id = t.user_id where u.company_id = :company"
        " and 'buyer' = any(u.roles) order by t.id desc",
        "agreement": "select g.uuid from fondaco.agreement g"
        " join fondaco.legal_entity e on e.id = g.legal_entity_id where e.company_id = :company",
        "legal_entity": "select uuid from fondaco.legal_entity where company_id = :company",
        "company": "select uuid from fondaco.company where id = :company",
        "user": "select uuid from fondaco.user_account where company_id = :company",
        "limit": "select uuid from fondaco.spending_limit where company_id = :company",
        "invitation": "select uuid from fondaco.invitation where company_id = :company",
    }
    found = {}
    async with hall.database.transaction() as connection:
        for kind, query in queries.items():
            row = (await connection.execute(text(query), {"company": company_id})).first()
            assert row is not None, kind
            found[kind] = str(row[0])
    return found


async def _people(
    hall: Hall, roles: Sequence[str], company_id: int | None, name: str
) -> Mapping[str, Key]:
    people = {}
    for role in roles:
        token = secrets.token_urlsafe(24)
        async with hall.database.transaction() as connection:
            user = await connection.execute(
                text(
                    "insert into fondaco.user_account (uuid, company_id, email, name, roles)"
                    " values (gen_random_uuid(), :company, :email, :name, :roles) returning id"
                ),
                {
                    "company": company_id,
                    "email": f"{role}.{uuid4().hex[:8]}@promises.test",
                    "name": name,
                    "roles": [role],
                },
            )
            user_id = user.scalar_one()
            await connection.execute(
                text(
                    "insert into fondaco.api_token (uuid, user_id, token_hash)"
                    " values (gen_random_uuid(), :user, :hash)"
                ),
                {"user": user_id, "hash": hashlib.sha256(token.encode()).digest()},
            )
            session = await open_session(connection, user_id, 1, replaces=None)
        people[role] = Key(role, session, token)
    return people


async def state_of_everything(hall: Hall, ignored: Sequence[str] = ()) -> Mapping[str, str]:
    """A hash of every row of the kernel and of the plugins, by table."""
    async with hall.database.transaction() as connection:
        tables = await connection.execute(
            text(
                "select format('%I.%I', schemaname, tablename) from pg_tables"
                " where (schemaname = 'fondaco' or schemaname like 'plugin_%')"
                " and not tablename like 'alembic%' order by 1"
            )
        )
        found = {}
        for (table,) in tables.all():
            if table not in ignored:
                hashed = await connection.execute(
                    text(
                        "select md5(coalesce(string_agg(t::text, '|' order by t::text), ''))"
                        f" from {table} t"
                    )
                )
                found[table] = hashed.scalar_one()
    return found


_OWNED = """
    select format('%I', c.table_name), format('%I', c.column_name)
      from information_schema.columns c join pg_tables t
        on t.schemaname = c.table_schema and t.tablename = c.table_name
     where c.table_schema = 'fondaco'
       and c.column_name in ('company_id', 'user_id', 'order_id', 'cart_id', 'list_id')
     order by 1, 2
"""
_WHOSE = {
    "company_id": "select cast(:company as bigint)",
    "user_id": "select id from fondaco.user_account where company_id = :company",
    "order_id": "select id from fondaco.customer_order where company_id = :company",
    "cart_id": "select id from fondaco.cart where company_id = :company",
    "list_id": "select id from fondaco.article_list where company_id = :company",
    "product_list_line.list_id": (
        "select id from fondaco.product_list where company_id = :company"
    ),
}


async def state_of_company(hall: Hall, company_id: int) -> Mapping[str, str]:
    """A hash of every row that names the company, one of its people, orders, carts or lists."""
    async with hall.database.transaction() as connection:
        columns = (await connection.execute(text(_OWNED))).all()
        found = {}
        for table, column in columns:
            whose = _WHOSE.get(f"{table}.{column}") or _WHOSE[column]
            hashed = await connection.execute(
                text(
                    "select md5(coalesce(string_agg(t::text, '|' order by t::text), ''))"
                    f" from fondaco.{table} t where {column} in ({whose})"
                ),
                {"company": company_id},
            )
            found[f"{table}.{column}"] = hashed.scalar_one()
    assert len(found) > 10
    return found
