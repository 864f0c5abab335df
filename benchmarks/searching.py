"""The engine alone, without the page around it: articles, text with facets, and as one types."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from time import perf_counter

from benchmarks.figures import Figure, Limit, Sample, once
from benchmarks.house import SEED, House
from benchmarks.measure import milliseconds
from fondaco.demo.products import product_at
from fondaco.hooks.context import system_ask
from fondaco.search.service import Search
from fondaco_sdk.providers.search import SearchFilters, SearchWindow

ARTICLES = 60
CLIENTS, SECONDS = 8, 5
SUGGESTED = 8
TEXTS = (
    "подшипник", "фильтр масляный", "колодки тормозные дисковые", "болт М8", "масло 5w-40",
    "датчик", "ремень клиновой kordhal", "болт din 933", "свеча", "прокладка", "радиатор вятич",
    "насос водяной", "амортизатор задняя ось", "тормозной диск", "сальник 35х58",
)  # fmt: skip
ROUNDS = 4

Asked = Callable[[str], Awaitable[object]]


async def measure(house: House) -> Sequence[Figure]:
    """Right and mistyped articles, words, and every beginning of both."""
    chance = Random(SEED)
    articles = [product_at(SEED, chance.randrange(house.skus)).article for _ in range(ARTICLES)]
    slips = [_slip(article) for article in articles]
    typed = [text[:end] for text in (*TEXTS, *articles[:15]) for end in range(2, len(text) + 1)]
    async with house.hall(pool_size=CLIENTS) as hall:
        search = Search(system_ask(hall))

        async def find(text: str) -> object:
            return await search.find(text, SearchFilters(), SearchWindow(detailed=True))

        async def suggest(text: str) -> object:
            return await search.suggest(text, SUGGESTED)

        found = await _taken(find, TEXTS * ROUNDS)
        return (
            _figure("article, p95", await _taken(find, articles), 0.95, 25),
            _figure("article with two swapped, p95", await _taken(find, slips), 0.95, 25),
            _figure("as one types, p95", await _taken(suggest, typed), 0.95, 25),
            _figure("text with facets, p50", found, 0.5, 30),
            _figure("text with facets, p95", found, 0.95, 90),
            Figure(what=f"searches a second, {CLIENTS} clients", unit="", ours=await _rate(find)),
        )


async def _taken(asked: Asked, texts: Sequence[str]) -> Sequence[float]:
    for text in texts[:5]:
        await asked(text)
    return sorted([await milliseconds(lambda text=text: asked(text)) for text in texts])


def _figure(what: str, taken: Sequence[float], part: float, limit: float) -> Figure:
    at = taken[int((len(taken) - 1) * part)]
    return Figure(what=what, unit="ms", ours=once(at), limit=Limit(plus=limit))


async def _rate(find: Asked) -> Sample:
    end = perf_counter() + SECONDS

    async def client(number: int) -> int:
        done = 0
        while perf_counter() < end:
            await find(TEXTS[(number + done) % len(TEXTS)])
            done += 1
        return done

    return once(sum(await asyncio.gather(*map(client, range(CLIENTS)))) / SECONDS)


def _slip(article: str) -> str:
    for i in range(len(article) - 1, 0, -1):
        left, right = article[i - 1], article[i]
        if left != right and left.isalnum() and right.isalnum():
            return article[: i - 1] + right + left + article[i + 1 :]
    return article
