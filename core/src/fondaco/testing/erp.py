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
    """Speaks `POST /api/v1/inbound/<plugin>.*`, by default for `erp`."""

    client: Client
    headers: dict[str, str]
    plugin: str = "erp"

    async def send(self, name: str, *records: dict[str, Any]) -> Answer:
        """Some records of one kind."""
        answer = await self.client.post(
            f"/api/v1/inbound/{self.plugin}.{name}",
            headers=self.headers,
            json={"records": list(records)},
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
