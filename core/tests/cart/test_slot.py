"""What plugins put beside the cart's sums follows every edit, and may fail alone."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from cart_slot_plugin import PLUGIN

from fondaco_sdk.manifest import Plugin


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """The echo is the only plugin besides the built-in ones."""
    return (PLUGIN,)


async def test_the_slot_is_asked_with_the_cart_and_again_after_an_edit(
    shop: Any, buyer: Any
) -> None:
    await shop.fill(5)
    page = (await buyer.get("/cart")).text
    assert "500.00 RUB" in page
    (line,) = buyer.lines_of(page)
    edit = {"quantity": "7", "shown_total": "500", "shown_sum": "500"}
    answer = await buyer.partial(f"/cart/lines/{line}", edit)
    assert "700.00 RUB" in answer.text

    edit = {"quantity": "13", "shown_total": "700", "shown_sum": "700"}
    answer = await buyer.partial(f"/cart/lines/{line}", edit)
    assert answer.status_code == 200
    assert "от плагина «echo»" in answer.text
    assert "1 300,00 ₽" in buyer.words(answer.text)
