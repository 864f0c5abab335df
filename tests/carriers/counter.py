"""A shop with goods that weigh something, and shortcuts for its checkout."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from sqlalchemy import text

from fondaco.delivery.copying import COPY_TASK, CopyPoints, copy_points
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import outside_of
from fondaco.hooks.context import system_ask
from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop

ADDRESS = "Москва, ул Сухонская, д 11"
_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Counter(WorkingShop):
    """Every piece weighs two kilograms and measures 30 by 20 by 10 centimetres."""

    async def open(self) -> None:
        await super().open()
        await self.run(
            "update fondaco.product set weight_kg = 2, length_cm = 30, width_cm = 20,"
            " height_cm = 10"
        )
        await self.run("update fondaco.outlet set address = :a", a=ADDRESS)

    async def all(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of the site's database."""
        return [tuple(row) for row in await system_ask(self.hall).fetch(text(sql), values)]

    @property
    def to(self) -> Mapping[str, str]:
        """The outlet, chosen."""
        return {"to": f"outlet:{self.company.outlet}"}

    async def costs(self, buyer: Client, **chosen: str) -> str:
        """The part of the checkout that follows what is chosen."""
        answer = await buyer.send_form("/checkout/costs", {**self.to, **chosen})
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    async def order_by(self, buyer: Client, offer: str, point: str = "") -> Any:
        """Place the cart with an offer as the page shows it; the answer."""
        page = (await buyer.get("/checkout")).text
        form = {name: unescape(value) for name, value in _FIELD.findall(page)}
        chosen = {"part": "", "offer-": offer, "point-": point, "payment": "invoice"}
        return await buyer.send_form("/checkout", {**form, **self.to, **chosen})

    async def copy(self) -> None:
        """The night's copy of the points."""
        await copy_points(JobContext(self.hall, outside_of(self.hall), COPY_TASK, 1), CopyPoints())
