"""An ERP for tests: sends records over HTTP under a token of the site's administrator."""

import re
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler


class Answer(Struct, frozen=True):
    """What the portal said of the records: how many count, and (place, code) of the others."""

    accepted: int
    refused: list[tuple[int, str]]
    reasons: list[str]


class Erp(Struct, frozen=True):
    """Speaks `POST /api/v1/inbound/erp.*`."""

    client: Client
    headers: dict[str, str]

    async def send(self, name: str, *records: dict[str, Any]) -> Answer:
        """Some records of one kind."""
        answer = await self.client.post(
            f"/api/v1/inbound/erp.{name}", headers=self.headers, json={"records": list(records)}
        )
        assert answer.status_code == 200, answer.text
        body = answer.json()
        return Answer(
            body["accepted"],
            [(one["record"], one["code"]) for one in body["unmatched"]],
            [one["reason"] for one in body["unmatched"]],
        )

    async def all_of(self, name: str, records: Sequence[dict[str, Any]]) -> None:
        """Records of which none may be refused."""
        answer = await self.send(name, *records)
        assert (answer.accepted, answer.refused) == (len(records), []), answer


async def connect(client: Client, wholesaler: Wholesaler) -> Erp:
    """The token is made on the profile page, as an administrator would."""
    await client.sign_in(await wholesaler.staff("site_admin"), PASSWORD)
    page = await client.send_form("/profile/tokens", {"name": "1С"})
    made = re.search(r"<code>([^<]+)</code>", page.text)
    assert made, page.text
    client.cookies.clear()
    return Erp(client, {"Authorization": f"Bearer {made.group(1)}"})


SELLER = {
    "external_id": "S1",
    "name": "ООО «Опт»",
    "tax_id": "7707083893",
    "kpp": "773601001",
    "bank": {
        "account": "40702810138250123017",
        "bic": "044525225",
        "bank_name": "ПАО «Банк»",
        "correspondent": "30101810400000000225",
    },
}
COMPANY = {"external_id": "C1", "name": "Ромашка", "phone": "+7 495 123-45-67"}
ENTITY = {
    "external_id": "E1",
    "company": "C1",
    "name": "ООО «Ромашка»",
    "tax_id": "7721581040",
    "kpp": "772101001",
    "address": "Москва, ул. Новая, 2",
    "accounts": [{"account": "40702810138250123017", "bic": "044525225", "bank_name": "Банк"}],
}
OUTLET = {"external_id": "O1", "company": "C1", "name": "Магазин", "address": "Тверь, 2"}
AGREEMENT = {
    "external_id": "G1",
    "legal_entity": "E1",
    "seller": "S1",
    "number": "17/2026",
    "signed_on": "2026-01-15",
    "payment_days": 14,
    "price_lists": ["L1"],
}
PERSON = {
    "external_id": "P1",
    "company": "C1",
    "email": "anna@romashka.test",
    "name": "Анна",
    "roles": ["company_admin", "buyer"],
}
ORDER = {
    "external_id": "Z1",
    "legal_entity": "E1",
    "number": "УТ-000117",
    "placed_at": "2026-03-01T10:30:00",
    "total": "1230.00",
    "vat_total": "221.80",
    "lines": [
        {"product": "A-1", "sku": "A-1", "name": "Болт 1", "unit": "шт", "quantity": 10,
         "unit_price": "100", "total": "1000.00"},
        {"product": "нет", "sku": "СТАРЫЙ-9", "name": "Старый насос", "unit": "шт", "quantity": 1,
         "unit_price": "230", "total": "230.00"},
    ],
}  # fmt: skip


async def send_all(erp: Erp) -> None:
    """One of everything, in the order in which one names the other."""
    for name, record in (
        ("sellers", SELLER),
        ("companies", COMPANY),
        ("legal_entities", ENTITY),
        ("outlets", OUTLET),
        ("agreements", AGREEMENT),
        ("people", PERSON),
        ("orders", ORDER),
    ):
        await erp.all_of(name, [record])
