"""What prices say in a cart: the next tier, one click away, and a currency without a rate."""

from typing import Any


async def test_a_hint_leads_to_the_next_tier(shop: Any, buyer: Any) -> None:
    await shop.set_price(1, 90, at_least=10)
    await shop.fill(8, 3)
    page = await buyer.get("/cart")
    assert "Ещё 2 шт — по 90,00 ₽" in buyer.words(page.text)
    line = buyer.lines_of(page.text)[0]
    assert 'name="quantity" value="10"' in page.text
    edited = await buyer.partial(f"/cart/lines/{line}", {"quantity": "10"})
    words = buyer.words(edited.text)
    assert "900,00 ₽" in words
    assert "Ещё 2 шт" not in words


async def test_a_line_without_a_rate_is_told_apart_and_only_it_stops_the_order(
    shop: Any, buyer: Any
) -> None:
    dollars = await shop.wholesaler.price_list("Долларовая", currency="USD")
    await shop.sql(
        "update fondaco.price_row set price_list_id = :usd where product_id = :product",
        usd=dollars,
        product=shop.products[1],
    )
    await shop.sql("insert into fondaco.agreement_price_list select id, 9, :usd"
                   " from fondaco.agreement", usd=dollars)  # fmt: skip
    await shop.fill(5, 3)
    page = await buyer.get("/cart")
    words = buyer.words(page.text)
    assert page.status_code == 200
    assert "500,00 ₽" in words
    assert "Нет курса валюты USD" in words
    form = await buyer.checkout_form()
    refused = await buyer.send_form("/checkout", {**form, **shop.choices()})
    assert refused.status_code in (409, 422)
    assert not await shop.sql("select 1 from fondaco.customer_order")
    product = (await shop.sql("select uuid from fondaco.product where id = :id",
                              id=shop.products[1]))[0][0]  # fmt: skip
    shown = buyer.words((await buyer.get(f"/products/{product}")).text)
    assert "Нет курса валюты USD" in shown
    await shop.sql("insert into fondaco.currency_rate values ('USD', '2020-01-01', 1, 80)")
    assert "Нет курса" not in buyer.words((await buyer.get("/cart")).text)
