"""A shop for promises: one product, many buyers with tokens; and the calls a buyer makes."""

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from decimal import Decimal
from uuid import uuid4

import httpx
from msgspec import Struct
from sqlalchemy import text

from fondaco.testing.wholesaler import CompanyFixture, Wholesaler
from fondaco_sdk.types.ids import ProductId


class Shop(Struct, frozen=True):
    """What is sold, and the tokens of those who buy."""

    company: CompanyFixture
    products: Sequence[ProductId]
    tokens: Sequence[str]


async def open_shop(
    wholesaler: Wholesaler, *, buyers: int, on_hand: int, products: int = 1
) -> Shop:
    """A company with many buyers, each with a token of its own."""
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    place = await wholesaler.place()
    found = await wholesaler.products(
        products, price_list=prices, place=place, on_hand=Decimal(on_hand)
    )
    company = await wholesaler.company("Обещания", seller, [prices])
    tokens = [secrets.token_urlsafe(24) for _ in range(buyers)]
    async with wholesaler.hall.database.transaction() as connection:
        users = await connection.execute(
            text(
                "insert into fondaco.user_account (uuid, company_id, email, name, roles)"
                " select gen_random_uuid(), :company, 'b' || n || '@promises.test',"
                " 'Покупатель ' || n, '{buyer}' from generate_series(1, cast(:n as int)) n"
                " returning id"
            ),
            {"company": company.customer.company_id, "n": buyers},
        )
        await connection.execute(
            text(
                "insert into fondaco.api_token (uuid, user_id, token_hash)"
                " select gen_random_uuid(), u, h"
                " from unnest(cast(:users as bigint[]), cast(:hashes as bytea[])) as t (u, h)"
            ),
            {
                "users": [row[0] for row in users],
                "hashes": [hashlib.sha256(token.encode()).digest() for token in tokens],
            },
        )
    return Shop(company, found, tokens)


async def cancel_from_all(
    client: httpx.AsyncClient, addresses: Sequence[str], order: str, token: str
) -> None:
    """The same order is cancelled twice at each address, all at the same moment."""
    answers = await asyncio.gather(
        *(
            client.post(
                f"{address}/api/v1/orders/{order}/cancel",
                headers={"Authorization": f"Bearer {token}"},
            )
            for address in (*addresses, *addresses)
        )
    )
    assert {answer.status_code for answer in answers} <= {200, 201, 204}


class Buyer:
    """One buyer at one address."""

    def __init__(self, client: httpx.AsyncClient, address: str, token: str) -> None:
        self._client = client
        self._address = address
        self._headers = {"Authorization": f"Bearer {token}"}

    async def add(self, article: str, quantity: int = 1) -> httpx.Response:
        """Put something into the cart."""
        return await self.add_all([(article, quantity)])

    async def add_all(self, lines: Sequence[tuple[str, int]]) -> httpx.Response:
        """Put articles and their quantities into the cart."""
        wanted = [{"article": article, "quantity": quantity} for article, quantity in lines]
        return await self._client.post(
            f"{self._address}/api/v1/cart/lines", json={"lines": wanted}, headers=self._headers
        )

    async def cart(self) -> httpx.Response:
        """The cart."""
        return await self._client.get(f"{self._address}/api/v1/cart", headers=self._headers)

    async def place(self, shown: str, outlet: str, key: str = "") -> httpx.Response:
        """Order the cart."""
        return await self._client.post(
            f"{self._address}/api/v1/orders",
            json={"shown": shown, "delivery": "address", "outlet": outlet},
            headers={**self._headers, "Idempotency-Key": key or uuid4().hex},
        )
