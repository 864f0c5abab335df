"""Documents through the front door: wait, download, try again."""

from typing import Any

import pytest

from fondaco.documents.render import RenderError


async def _quote(shop: Any, buyer: Any, format_: str = "pdf") -> str:
    await shop.fill(5)
    answer = await buyer.send_form("/cart/quote", {"format": format_})
    return str(answer.headers["location"])


@pytest.mark.parametrize(
    ("format_", "media_type", "begins"),
    [
        ("pdf", "application/pdf", b"%PDF"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ],
)
async def test_a_quote_is_waited_for_and_downloaded(
    shop: Any, buyer: Any, format_: str, media_type: str, begins: bytes
) -> None:
    address = await _quote(shop, buyer, format_)
    waiting = (await buyer.get(address)).text
    assert f'hx-get="{address}/state" hx-trigger="every 1s"' in waiting
    assert "Действует до" in waiting
    assert (await buyer.get(f"{address}/file")).status_code == 409

    await shop.render(address.rpartition("/")[2])
    state = (await buyer.get(f"{address}/state")).text
    assert "hx-trigger" not in state
    assert f'href="{address}/file"' in state
    file = await buyer.get(f"{address}/file")
    assert file.content.startswith(begins)
    assert file.headers["content-type"] == media_type
    assert file.headers["content-disposition"].startswith('attachment; filename="quote-')
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["cache-control"] == "no-store"
    assert address in (await buyer.get("/documents")).text


async def test_what_waits_long_may_be_left(shop: Any, buyer: Any) -> None:
    address = await _quote(shop, buyer)
    assert "дольше обычного" not in (await buyer.get(address)).text
    await shop.sql("update fondaco.document set created_at = now() - interval '1 minute'")
    assert "дольше обычного" in (await buyer.get(address)).text


async def test_a_failure_is_said_and_tried_again(shop: Any, buyer: Any) -> None:
    # No typeface of ours has this picture, and a document never leaves a glyph out silently.
    await shop.sql("update fondaco.product set name = 'Болт 😀'")
    address = await _quote(shop, buyer)
    uuid = address.rpartition("/")[2]
    with pytest.raises(RenderError):
        await shop.render(uuid)
    words = buyer.words((await buyer.get(address)).text)
    assert "Документ не удалось подготовить" in words
    assert "U+1F600" not in words
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    assert "U+1F600" in (await manager.get(address)).text

    queued = "select count(*) from fondaco.pgqueuer where entrypoint = 'documents.render'"
    assert await shop.sql(queued) == [(1,)]
    for _ in range(2):
        assert (await buyer.send_form(f"{address}/retry")).headers["location"] == address
    assert await shop.sql(queued) == [(2,)]
    await shop.sql(
        "update fondaco.document"
        " set content = cast(replace(cast(content as text), '😀', '') as jsonb)"
    )
    await shop.render(uuid)
    assert f'href="{address}/file"' in (await buyer.get(address)).text


async def test_there_is_nothing_to_quote_in_an_empty_cart(shop: Any, buyer: Any) -> None:
    assert (await buyer.send_form("/cart/quote", {"format": "pdf"})).status_code == 422
    assert await shop.sql("select 1 from fondaco.document") == []


async def test_the_list_holds_ones_own(shop: Any, buyer: Any, stranger: Any) -> None:
    assert "Документов пока нет" in (await buyer.get("/documents")).text
    address = await _quote(shop, buyer)
    assert address in (await buyer.get("/documents")).text
    assert address not in (await stranger.get("/documents")).text
    assert (await stranger.get(address)).status_code == 404
