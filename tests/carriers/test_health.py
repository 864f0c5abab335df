"""What staff see of carriers that do not answer, and how they ask one by hand."""

from typing import Any

import pytest
from cdek import Cdek
from counter import Counter

from fondaco.delivery.carriers import carriers_of
from fondaco.testing.client import Client
from fondaco.testing.shop import words

PAGE, TRY = "/staff/carriers", "/staff/carriers/cdek/try"
ASKED = {"address": "Тверь, ул Мира, 1", "weight": "4"}
REASONS = {
    "500": "ответ с кодом 500",
    "429": "слишком частые запросы (429)",
    "account": "учётная запись не принята",
    "garbage": "ответ не удалось прочитать",
    "refusing": "не отвечает",
    "hang": "не ответил за 2 с",
}


async def _seen(boss: Client) -> str:
    return words((await boss.get(PAGE)).text)


async def test_a_carrier_that_answers(shop: Counter, buyer: Client, boss: Client) -> None:
    assert "ещё не спрашивали" in await _seen(boss)
    await shop.fill(1)
    await shop.costs(buyer)
    page = await _seen(boss)
    assert "СДЭК отвечает" in page
    assert "ещё не спрашивали" not in page


@pytest.mark.parametrize("mood", REASONS)
async def test_a_failure_is_seen_with_its_reason_and_its_rest(
    shop: Counter, buyer: Client, boss: Client, service: Cdek, mood: Any
) -> None:
    service.mood = mood
    await shop.fill(1)
    await shop.costs(buyer)
    page = await _seen(boss)
    assert "не спрашиваем до" in page
    said = REASONS["refusing"] if mood == "hang" else REASONS[mood]
    assert said in page
    await boss.get("/locale/en")
    page = await _seen(boss)
    assert "left alone until" in page
    assert said not in page


async def test_the_state_passes_with_the_next_answer(
    shop: Counter, buyer: Client, boss: Client, service: Cdek
) -> None:
    service.mood = "500"
    await shop.fill(1)
    await shop.costs(buyer)
    service.mood = "well"
    # By hand one that is left alone is asked too, and buyers have it back with its answer.
    answer = await boss.send_form(TRY, ASKED)
    assert answer.status_code == 200, answer.text
    said = words(answer.text)
    assert "Ответ получен за" in said
    assert "до двери 233" in said
    assert "430,50 ₽" in said
    page = await _seen(boss)
    assert "СДЭК отвечает" in page
    assert "ответ с кодом 500" in page
    await shop.fill(1)
    assert "cdek:233" in await shop.costs(buyer)


@pytest.mark.control
async def test_a_try_that_fails_says_why_and_is_written_down(
    shop: Counter, boss: Client, service: Cdek
) -> None:
    service.mood = "account"
    answer = await boss.send_form(TRY, ASKED)
    assert answer.status_code == 200
    assert "учётная запись не принята" in words(answer.text)
    assert "не спрашиваем до" in await _seen(boss)
    for wrong, field in (({"address": ""}, "Введите адрес"), ({"weight": "0"}, "Введите вес")):
        refused = await boss.send_form(TRY, {**ASKED, **wrong})
        assert refused.status_code == 422
        assert field in words(refused.text)
        assert len(service.calls("calculator/tarifflist")) == 0
    assert (await boss.send_form("/staff/carriers/none/try", ASKED)).status_code == 404
    assert (await boss.get("/staff/carriers/none")).status_code == 404


async def test_one_that_rests_is_not_written_down_again(
    shop: Counter, buyer: Client, service: Cdek
) -> None:
    service.mood = "500"
    await shop.fill(1)
    await shop.costs(buyer)
    before = await shop.all("select failed_at, rests_until from fondaco.carrier_health")
    await shop.fill(1)
    await shop.costs(buyer)
    assert await shop.all("select failed_at, rests_until from fondaco.carrier_health") == before
    (one,) = carriers_of(shop.hall)
    assert one.rests > 0


async def test_a_copy_that_fails_is_seen_too(shop: Counter, boss: Client, service: Cdek) -> None:
    service.mood = "garbage"
    await shop.copy()
    page = await _seen(boss)
    assert "Последняя попытка" in page
    assert page.count("ответ не удалось прочитать") == 2
