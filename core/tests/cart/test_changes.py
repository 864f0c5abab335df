"""What changed since the buyer last looked: shown as was and is, accepted and never slipped in."""

from typing import Any

from fondaco.testing.plugin import TestClock


async def test_prices_stock_and_dates_stand_on_top_until_they_are_accepted(
    shop: Any, buyer: Any
) -> None:
    await shop.fill(5, 500)
    assert "cart-changes" not in (await buyer.look()).text

    await shop.set_price(1, 110)
    await shop.set_stock(2, 300)
    page = (await buyer.look()).text
    words = buyer.words(page)
    assert "2 изменения с прошлого просмотра" in words
    assert "+50,00 ₽ к сумме корзины" in words
    assert "A-1 Болт 1 цена 100,00 ₽ 110,00 ₽ +10,00 ₽" in words
    assert "A-2 Болт 2 наличие 500 300 −200" in words
    assert page.count('class="is-changed"') == 1  # the short line is refused, which says more

    first = buyer.lines_of(page)[0]
    shown = _shown(page)
    accepted = await buyer.partial("/cart/changes", {"shown": shown, "line": first})
    assert "1 изменение с прошлого просмотра" in buyer.words(accepted.text)
    await buyer.send_form("/cart/changes", {"shown": _shown(accepted.text)})
    assert "cart-changes" not in (await buyer.look()).text


async def test_what_changed_after_the_page_was_shown_is_not_accepted_with_it(
    shop: Any, buyer: Any
) -> None:
    await shop.fill(5)
    await buyer.look()
    await shop.set_price(1, 110)
    shown = _shown((await buyer.look()).text)
    await shop.set_price(1, 150)
    answer = await buyer.partial("/cart/changes", {"shown": shown})
    assert "изменилось ещё что-то" in answer.text
    assert "150,00 ₽" in buyer.words(answer.text)
    assert "cart-changes" in (await buyer.look()).text


async def test_a_cart_that_is_fetched_is_not_seen_yet(shop: Any, buyer: Any) -> None:
    """No GET writes: only the page itself, once it is there, says what it has shown."""
    await shop.fill(5)
    for path in ("/cart", "/cart/lines", "/checkout"):
        assert "/cart/seen" in (await buyer.get(path)).text
    page = (await buyer.get("/cart")).text
    shown = page.partition('"shown": "')[2].partition('"')[0]
    await shop.set_price(1, 110)
    await buyer.partial("/cart/seen", {"shown": shown})
    assert "/cart/seen" in (await buyer.get("/cart")).text

    assert "cart-changes" not in (await buyer.look()).text
    assert "/cart/seen" not in (await buyer.get("/cart")).text
    assert "/cart/seen" not in (await buyer.get("/checkout")).text


async def test_a_later_date_is_news(shop: Any, buyer: Any, clock: TestClock) -> None:
    await shop.fill(5)
    await buyer.look()
    await shop.sql("update fondaco.place set pick_days = 3")
    words = buyer.words((await buyer.look()).text)
    assert "A-1 Болт 1 срок" in words
    assert "на 3 дня позже" in words


async def test_the_price_of_ones_own_quantity_is_no_news(shop: Any, buyer: Any) -> None:
    await shop.set_price(1, 80, at_least=10)
    await shop.fill(5)
    (line,) = buyer.lines_of((await buyer.look()).text)
    await buyer.partial(f"/cart/lines/{line}", {"quantity": "12"})
    page = (await buyer.look()).text
    assert "960,00 ₽" in buyer.words(page)
    assert "cart-changes" not in page


async def test_an_edit_does_not_hide_what_the_world_changed(shop: Any, buyer: Any) -> None:
    await shop.fill(5)
    (line,) = buyer.lines_of((await buyer.look()).text)
    await shop.set_price(1, 110)
    answer = await buyer.partial(f"/cart/lines/{line}", {"quantity": "6"})
    assert "cart-changes" in answer.text
    assert "cart-changes" in (await buyer.look()).text


def _shown(page: str) -> str:
    return page.partition('name="shown" value="')[2].partition('"')[0]
