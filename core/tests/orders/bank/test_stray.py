"""Money that nobody asked an acquirer for: a person writes what was done, and takes it back."""

import re

from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop, words
from fondaco.testing.wholesaler import PASSWORD

STRAY = "/staff/statements/stray"


async def test_a_stray_charge_is_settled_with_words_and_waits_again(
    shop: WorkingShop, staff: Client
) -> None:
    await staff.get("/locale/ru")
    assert (await staff.get(STRAY)).status_code == 200
    await shop.run(
        "insert into fondaco.stray_charge (uuid, provider, external_id, amount, currency)"
        " values (gen_random_uuid(), 'yookassa', '2d-77', 1500.50, 'RUB')"
    )
    page = (await staff.get(STRAY)).text
    assert "1 500,50" in words(page)
    assert "2d-77" in page
    (settle,) = set(re.findall(r'action="(/staff/statements/stray/[\w-]+/settle)"', page))
    assert (await staff.send_form(settle, {"note": ""})).status_code == 422
    assert (await staff.send_form(settle, {"note": "Вернули в кабинете"})).status_code == 303
    assert "Вернули в кабинете" in (await staff.get(STRAY)).text
    assert (await staff.send_form(settle, {"note": "Ещё раз"})).status_code == 409
    restore = settle.replace("/settle", "/restore")
    assert (await staff.send_form(restore)).status_code == 303
    assert settle in (await staff.get(STRAY)).text
    absent = "/staff/statements/stray/0197a000-0000-7000-8000-00000000000a/settle"
    assert (await staff.send_form(absent, {"note": "x"})).status_code == 404


async def test_only_those_who_may_see_strays(shop: WorkingShop, client: Client) -> None:
    await client.sign_in(await shop.wholesaler.staff("picker"), PASSWORD)
    assert (await client.get(STRAY)).status_code in (303, 403)
