"""The how-to about customers of the ERP: its files are sent as it says, and do what it says."""

import re
from pathlib import Path

from sqlalchemy import text

from fondaco.builtin import PLUGINS
from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
PAGE = (HOW_TO / "erp-customers.md").read_text("utf-8")


async def test_the_files_of_the_page_go_in_in_its_order(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    prices = await wholesaler.price_list()
    await wholesaler.products(1, price_list=prices)
    async with hall.database.transaction() as connection:
        await connection.execute(text("update fondaco.price_list set external_id = 'L1'"))
    await client.sign_in(await wholesaler.staff("site_admin"), PASSWORD)
    page = await client.send_form("/profile/tokens", {"name": "1С"})
    made = re.search(r"<code>([^<]+)</code>", page.text)
    assert made
    client.cookies.clear()
    loop = re.search(r"for what in ([a-z_ ]+); do", PAGE)
    assert loop
    for what in loop[1].split():
        answer = await client.post(
            f"/api/v1/inbound/erp.{what}",
            headers={"Authorization": f"Bearer {made[1]}", "Content-Type": "application/json"},
            content=(HOW_TO / "erp" / f"{what}.json").read_bytes(),
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["unmatched"] == [], answer.text
        assert f"erp/{what}.json" in PAGE


def test_the_page_names_every_kind_of_record() -> None:
    (plugin,) = (plugin for plugin in PLUGINS if plugin.name == "erp")
    assert {f"erp.{inbound.name}" for inbound in plugin.inbound} == set(
        re.findall(r"^\| `(erp\.\w+)`", PAGE, re.MULTILINE)
    )
