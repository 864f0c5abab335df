"""Another delivery address at the checkout, and how an address without a house is asked about."""

from typing import Any

import pytest

from fondaco.lookup.written import has_house


@pytest.mark.parametrize(
    "written",
    [
        "г Москва, ул Сухонская, д 11, кв 89",
        "Казань, Баумана 1",
        "Казань, ул. Баумана, 1/2",
        "г Пермь, ул Ленина, дом 5а",
        "МО, 34 км МКАД, вл 1, стр 2",
        "Тула, пр-т Ленина 10Б",
        "д Ивановка, уч 7",
        "Казань, ул Баумана, дом № 5",
        "Казань, ул Баумана, дом №5, офис 3",
        "Казань, Ленина 5-12",
        "Казань, Ленина 5 к2",
        "Казань, ул Ленина, 5к2",
        "Казань, Ленина 5 лит а",
        "Казань, Ленина 5, кв 12",
        "Казань, Ленина 5 корп. 2 стр. 3",
    ],
)
def test_a_house_is_seen(written: str) -> None:
    assert has_house(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "г Москва",
        "127642, г Москва, ул Сухонская",
        "ул 8 Марта",
        "Казань, Баумана",
        "ул. Ленина, офис 3",
        "ул Ленина, кв 5",
        "ул Ленина, кв. №5",
        "Казань, ул Баумана, этаж 2",
    ],
)
def test_and_where_there_is_none(written: str) -> None:
    assert not has_house(written)


async def _outlets(shop: Any) -> Any:
    return await shop.sql("select address from fondaco.outlet order by id desc")


async def test_a_buyer_adds_an_address_at_the_checkout_and_it_is_chosen(shop: Any) -> None:
    buyer = await shop.browser(shop.company.email)
    await shop.fill(1)
    before = len(await _outlets(shop))
    address = "г Казань, ул Баумана, д 1"
    page = await buyer.send_form(
        "/checkout/address", {"key": "key-12345678", "new_address": f"{address}, ", "comment": "К"}
    )
    assert page.status_code == 200
    assert (await _outlets(shop))[0] == (address,)
    ((uuid,),) = await shop.sql(
        "select uuid from fondaco.outlet where address = :address", address=address
    )
    assert f'value="outlet:{uuid}"' in page.text
    chosen = page.text.split(f'value="outlet:{uuid}"')[1].split(">")[0]
    assert "checked" in chosen or "selected" in chosen
    assert ">К</textarea>" in page.text or "\nК</textarea>" in page.text
    # The same address in other letters is the same outlet.
    again = {"key": "key-12345678", "new_address": address.upper()}
    assert (await buyer.send_form("/checkout/address", again)).status_code == 200
    assert len(await _outlets(shop)) == before + 1


async def test_an_address_without_a_house_is_asked_about_once(shop: Any) -> None:
    buyer = await shop.browser(shop.company.email)
    await shop.fill(1)
    form = {"key": "key-12345678", "new_address": "г Казань, промзона"}
    asked = await buyer.send_form("/checkout/address", form)
    assert asked.status_code == 422
    assert "нет номера дома" in asked.text
    # Another address is asked about anew.
    other = {**form, "no_house": "г Казань, порт"}
    assert (await buyer.send_form("/checkout/address", other)).status_code == 422
    taken = await buyer.send_form("/checkout/address", {**form, "no_house": form["new_address"]})
    assert taken.status_code == 200
    assert (await _outlets(shop))[0] == ("г Казань, промзона",)


async def test_where_the_company_keeps_it_to_itself_nothing_is_added(shop: Any) -> None:
    buyer = await shop.browser(shop.company.email)
    await shop.fill(1)
    await shop.sql("update fondaco.company set buyers_add_outlets = false returning id")
    before = await _outlets(shop)
    form = {"key": "key-12345678", "new_address": "г Казань, ул Баумана, д 1"}
    refused = await buyer.send_form("/checkout/address", form)
    assert refused.status_code == 422
    assert "добавляет администратор" in refused.text
    assert await _outlets(shop) == before
