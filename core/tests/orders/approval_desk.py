"""A company whose orders may go beyond a limit: its people, its limits, and what was written."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

import msgspec

END_ALL = (
    "update fondaco.reservation set expires_at = clock_timestamp() - interval '1 second'"
    " where state = 'held' and expires_at is not null"
)


class Desk:
    """The first company of the shop: who works there, what they may spend, what was written."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        self.company = shop.company.customer.company_id

    async def person(self, *roles: str, name: str = "Борис Согласующий") -> str:
        """Another person of the company, who signs in as the first does; the e-mail."""
        email = f"{uuid4().hex[:8]}@romashka.test"
        await self.shop.sql(
            "insert into fondaco.user_account (uuid, company_id, email, name, password_hash, roles)"
            " select gen_random_uuid(), company_id, :email, :name, password_hash, :roles"
            "   from fondaco.user_account where id = :first",
            email=email,
            name=name,
            roles=list(roles),
            first=self.shop.company.user_id,
        )
        return email

    async def limit(self, amount: int, *, buyer: bool = False, outlet: bool = True) -> None:
        """A limit of the first outlet, of the first buyer, or of both together."""
        await self.shop.sql(
            "insert into fondaco.spending_limit (uuid, company_id, user_id, outlet_id, amount)"
            " select gen_random_uuid(), :company, case when :buyer then cast(:user as bigint) end,"
            "        case when :at then o.id end, cast(:amount as numeric)"
            "   from fondaco.outlet o where o.uuid = :outlet",
            company=self.company,
            buyer=buyer,
            user=self.shop.company.user_id,
            at=outlet,
            outlet=self.shop.company.outlet,
            amount=amount,
        )

    async def outlet(self) -> str:
        """Another outlet of the company."""
        rows = await self.shop.sql(
            "insert into fondaco.outlet (uuid, company_id, name, address)"
            " values (gen_random_uuid(), :company, 'Склад', 'Клин') returning uuid",
            company=self.company,
        )
        return str(rows[0][0])

    async def bind(self, email: str, outlet: object) -> None:
        """Bind a person to an outlet."""
        await self.shop.sql(
            "insert into fondaco.user_outlet (user_id, outlet_id) select u.id, o.id"
            " from fondaco.user_account u, fondaco.outlet o"
            " where u.email = :email and o.uuid = :outlet",
            email=email,
            outlet=outlet,
        )

    async def order(self, browser: Any, *quantities: int, to: str = "") -> str:
        """Order as a browser does, with the button that fits what is chosen; the address."""
        await self.shop.fill(*quantities)
        return await self.send(browser, to or f"outlet:{self.shop.company.outlet}")

    async def send(self, browser: Any, to: str) -> str:
        """Order the cart, to be delivered there."""
        form = await browser.checkout_form()
        form.pop("within_limits", None)
        button = browser.hidden((await browser.send_form("/checkout/costs", {"to": to})).text)
        chosen = self.shop.choices(to=to)
        placed = await browser.send_form("/checkout", {**form, **button, **chosen})
        assert placed.status_code == 303, placed.text
        return str(placed.headers["location"].partition("?")[0])

    async def journal(self) -> list[tuple[str, Decimal]]:
        """Kinds and amounts, the oldest first."""
        rows = await self.shop.sql("select kind, amount from fondaco.spending_entry order by id")
        return [(row[0], row[1]) for row in rows]

    async def state(self) -> str:
        """Of the newest order."""
        rows = await self.shop.sql("select state from fondaco.customer_order order by id desc")
        return str(rows[0][0])

    async def told(self) -> tuple[int, int]:
        """How many invoices there are, and how often the world was told of an order."""
        rows = await self.shop.sql(
            "select (select count(*) from fondaco.document where kind = 'invoice'),"
            " (select count(*) from fondaco.outbox where type = 'order.placed.v1')"
        )
        return rows[0][0], rows[0][1]

    async def letters(self) -> list[Mapping[str, str]]:
        """What is queued for the post."""
        rows = await self.shop.sql(
            "select payload from fondaco.pgqueuer"
            " where entrypoint = 'notifications.mail' order by id"
        )
        return [msgspec.json.decode(row[0]) for row in rows]

    async def reserved(self) -> Decimal:
        """What is reserved; rows and reservations agree."""
        rows = await self.shop.sql(
            "select (select sum(reserved) from fondaco.stock_row),"
            " (select coalesce(sum(quantity), 0) from fondaco.reservation where state = 'held')"
        )
        assert rows[0][0] == rows[0][1]
        return Decimal(rows[0][0])
