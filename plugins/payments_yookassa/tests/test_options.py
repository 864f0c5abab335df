"""What the checkout offers."""

from typing import Any

import pytest
from msgspec.structs import replace

from fondaco.checkout.service import Checkout
from fondaco.settings import Settings
from fondaco.testing.shop import WorkingShop

pytestmark = pytest.mark.plugins("payments_yookassa")
SHOP = {"shop_id": "1", "secret_key": "k", "ways": ["b2b_sberbank", "card"]}


@pytest.fixture
def own(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(getattr(request, "param", SHOP))


@pytest.fixture
def settings(tmp_path: Any, own: dict[str, Any]) -> Settings:
    plugins = {"payments_yookassa": own}
    return Settings(data_dir=str(tmp_path / "data"), secret="test-secret", plugins=plugins)


async def test_ways_in_the_order_of_the_settings_up_to_their_limits(shop: WorkingShop) -> None:
    await shop.fill(9000)
    cart = (await shop.cart()).cart
    assert cart.quote.total == 900_000
    found = {o.code: o for o in await Checkout(shop.ask).options(cart)}
    assert list(found) == ["invoice", "yookassa_b2b_sberbank", "yookassa_card"]
    business = found["yookassa_b2b_sberbank"]
    assert (business.up_to, business.before, business.provider) == (700_000, True, "yookassa")
    assert business.note is not None
    assert "700" in business.note.ru
    assert found["yookassa_card"].up_to is None


@pytest.mark.parametrize("own", [{}], indirect=True)
async def test_nothing_is_offered_without_a_shop(shop: WorkingShop) -> None:
    await shop.fill(3)
    options = await Checkout(shop.ask).options((await shop.cart()).cart)
    assert [o.code for o in options] == ["invoice"]


async def test_other_currencies_are_refused_with_the_reason(shop: WorkingShop) -> None:
    await shop.fill(3)
    cart = (await shop.cart()).cart
    dollars = replace(cart, quote=replace(cart.quote, currency="USD"))
    refused = {o.code: o.refusal for o in await Checkout(shop.ask).options(dollars)}
    assert refused["yookassa_card"] is not None
    assert "рублях" in refused["yookassa_card"].ru
