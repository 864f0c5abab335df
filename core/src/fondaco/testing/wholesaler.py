"""A small wholesaler for tests: seller, companies with people, products, prices, stock."""

from collections.abc import Sequence
from datetime import time
from decimal import Decimal
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.identity.permissions import permissions_of
from fondaco_sdk.types.actor import Actor, ActorKind, Customer, Scope
from fondaco_sdk.types.ids import (
    AgreementId,
    CompanyId,
    LegalEntityId,
    PriceListId,
    ProductId,
    SellerId,
    UserId,
)

PASSWORD = "correct horse"
# As cheap as can be: thousands of tests sign in, and the portal's own cost is a third of a second.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


class CompanyFixture(Struct, frozen=True):
    """A company with one legal entity, one outlet, one agreement and one buyer."""

    customer: Customer
    user_id: UserId
    email: str
    outlet: UUID

    def ask(self, hall: Hall, roles: Sequence[str] = ("buyer",)) -> AskContext:
        """Reading as the company's buyer."""
        actor = Actor(
            ActorKind.BUYER,
            self.user_id,
            "Анна Покупатель",
            self.email,
            permissions_of(roles, hall.registry.permissions),
        )
        return AskContext(hall, actor, Scope.of(self.customer.company_id), self.customer)


class Wholesaler:
    """Fills a hall's database; every method is one or few statements."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall

    async def _one(self, connection: AsyncConnection, sql: str, **values: Any) -> Any:
        return (await connection.execute(text(sql), values)).scalar_one()

    async def seller(self) -> SellerId:
        """Our own legal entity with a bank account."""
        async with self.hall.database.transaction() as c:
            return SellerId(
                await self._one(
                    c,
                    "insert into fondaco.seller (uuid, name, full_name, tax_id, kpp, address, bank)"
                    " values (gen_random_uuid(), 'ООО «Опт»', 'Общество «Опт»', '7700000016',"
                    " '770001001', 'Москва', cast(:bank as jsonb)) returning id",
                    bank='{"account":"40702810900000000001","bank_name":"АО «Банк»",'
                    '"bic":"044525000","correspondent":"30101810400000000225"}',
                )
            )

    async def price_list(self, name: str = "Оптовая", currency: str = "RUB") -> PriceListId:
        """An empty price list, VAT included."""
        async with self.hall.database.transaction() as c:
            return PriceListId(
                await self._one(
                    c,
                    "insert into fondaco.price_list (uuid, name, currency)"
                    " values (gen_random_uuid(), :name, :currency) returning id",
                    name=name,
                    currency=currency,
                )
            )

    async def place(self, name: str = "Москва", **values: Any) -> int:
        """An own warehouse; its cut-off is at the end of the day, so everything is ready today."""
        async with self.hall.database.transaction() as c:
            return int(
                await self._one(
                    c,
                    "insert into fondaco.place (uuid, name, address, cut_off)"
                    " values (gen_random_uuid(), :name, 'ул. Складская, 1', :cut_off) returning id",
                    name=name,
                    **{"cut_off": time(23, 59, 59), **values},
                )
            )

    async def company(
        self,
        name: str,
        seller: SellerId,
        price_lists: Sequence[PriceListId],
        *,
        currency: str = "RUB",
        roles: Sequence[str] = ("buyer",),
    ) -> CompanyFixture:
        """A company ready to order."""
        email = f"{uuid7().hex[-8:]}@{uuid7().hex[-8:]}.test"
        async with self.hall.database.transaction() as c:
            company = await self._one(
                c,
                "insert into fondaco.company (uuid, name) values (gen_random_uuid(), :name)"
                " returning id",
                name=name,
            )
            entity = await self._one(
                c,
                "insert into fondaco.legal_entity (uuid, company_id, name, tax_id, kpp)"
                " values (gen_random_uuid(), :company, :name, :tax, '770001001') returning id",
                company=company,
                name=f"ООО «{name}»",
                tax=f"77{company:08d}",
            )
            outlet = await self._one(
                c,
                "insert into fondaco.outlet (uuid, company_id, name, address)"
                " values (gen_random_uuid(), :company, 'Магазин', 'Тверь, ул. Новая, 2')"
                " returning uuid",
                company=company,
            )
            agreement = await self._one(
                c,
                "insert into fondaco.agreement (uuid, legal_entity_id, seller_id, currency, number)"
                " values (gen_random_uuid(), :entity, :seller, :currency, '17/2026') returning id",
                entity=entity,
                seller=seller,
                currency=currency,
            )
            await c.execute(
                text(
                    "insert into fondaco.agreement_price_list (agreement_id, rank, price_list_id)"
                    " select :agreement, rank, list from unnest(cast(:lists as bigint[]))"
                    " with ordinality as l (list, rank)"
                ),
                {"agreement": agreement, "lists": list(price_lists)},
            )
            user = await self._one(
                c,
                "insert into fondaco.user_account"
                " (uuid, company_id, email, name, password_hash, roles) values"
                " (gen_random_uuid(), :company, :email, 'Анна Покупатель', :hash, :roles)"
                " returning id",
                company=company,
                email=email,
                hash=_HASH,
                roles=list(roles),
            )
        customer = Customer(
            CompanyId(company),
            name,
            LegalEntityId(entity),
            f"ООО «{name}»",
            AgreementId(agreement),
            seller,
            currency,
            tuple(price_lists),
        )
        return CompanyFixture(customer, UserId(user), email, outlet)

    async def staff(self, *roles: str) -> str:
        """A person on our side; returns the e-mail. The password is `PASSWORD`."""
        email = f"{uuid7().hex[-8:]}@opt.test"
        async with self.hall.database.transaction() as c:
            await c.execute(
                text(
                    "insert into fondaco.user_account (uuid, email, name, password_hash, roles)"
                    " values (gen_random_uuid(), :email, 'Пётр Сотрудник', :hash, :roles)"
                ),
                {"email": email, "hash": _HASH, "roles": list(roles)},
            )
        return email

    async def products(
        self,
        number: int,
        *,
        price_list: PriceListId | None = None,
        price: Decimal = Decimal(100),
        place: int | None = None,
        on_hand: Decimal = Decimal(1000),
        prefix: str = "A",
    ) -> list[ProductId]:
        """Products «Болт n» with articles `A-n`, and, where asked, a price and stock for each."""
        async with self.hall.database.transaction() as c:
            rows = await c.execute(
                text(
                    "insert into fondaco.product (uuid, external_id, sku, name, brand, unit_code)"
                    " select gen_random_uuid(), :prefix || '-' || n, :prefix || '-' || n,"
                    " 'Болт ' || n, 'КРЕПЁЖ', '796'"
                    " from generate_series(1, cast(:number as int)) n returning id"
                ),
                {"number": number, "prefix": prefix},
            )
            ids = [ProductId(row[0]) for row in rows]
            await c.execute(
                text(
                    "insert into fondaco.product_code (product_id, kind, value, key)"
                    " select id, 'sku', sku, upper(replace(sku, '-', '')) from fondaco.product"
                    " where id = any(:ids)"
                ),
                {"ids": ids},
            )
            if price_list is not None:
                await c.execute(
                    text(
                        "insert into fondaco.price_row (product_id, price_list_id, price)"
                        " select id, :list, :price from unnest(cast(:ids as bigint[])) id"
                    ),
                    {"ids": ids, "list": price_list, "price": price},
                )
            if place is not None:
                await c.execute(
                    text(
                        "insert into fondaco.stock_row (product_id, place_id, on_hand)"
                        " select id, :place, :on_hand from unnest(cast(:ids as bigint[])) id"
                    ),
                    {"ids": ids, "place": place, "on_hand": on_hand},
                )
        return ids
