"""What a browser gets where there is no page of its own."""

from typing import Any


async def test_a_reloaded_refusal_leads_to_the_page_that_has_the_form(
    shop: Any, buyer: Any
) -> None:
    order = await shop.order(buyer, 1)
    answer = await buyer.get(f"{order}/keep")
    assert (answer.status_code, answer.headers["location"]) == (303, order)
    elsewhere = await buyer.get("//checkout/hold")
    assert not elsewhere.headers.get("location", "/").startswith("//")
