"""A file of 500 articles: from the upload to the answered page, and from there into the cart."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from benchmarks.figures import Figure, Limit, Sample, once
from benchmarks.house import FOLDER, SEED, Bare, House
from benchmarks.measure import by_turns
from benchmarks.place_order import FORGET as FORGET_CARTS
from benchmarks.served import browser, browser_inside, own_statements, served, value_of
from benchmarks.statements import Statement, keeping, undone
from fondaco.demo import write_order_list
from fondaco.demo.orders import Kind
from fondaco.testing.client import Client

ROWS = 500
ROUNDS = 15
KINDS: tuple[Kind, ...] = ("clean", "dirty")
FORGET_LISTS = "truncate fondaco.article_list cascade"
EMPTY_CART = "truncate fondaco.cart_line cascade"
NOT_ADDED = "update fondaco.article_list set added_times = 0"
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def measure(house: House) -> Sequence[Figure]:
    """A clean file, and one as people write it."""
    figures: list[Figure] = []
    async with house.bare() as bare, house.bare(owner=True) as owner:
        try:
            with served(house) as address:
                for kind in KINDS:
                    file = FOLDER / f"order-{house.skus}-{kind}.xlsx"
                    write_order_list(file, skus=house.skus, seed=SEED, rows=ROWS, kind=kind)
                    work = await _look_inside(house, file, owner)
                    async with browser(address) as client:
                        buying = await Buying.open(client, file, owner)
                        figures += await _measure(kind, buying, work, bare)
        finally:
            await owner.execute(FORGET_LISTS)
            await owner.execute(FORGET_CARTS)
    return figures


class Work(Struct, frozen=True):
    """What the two steps ask of the database; `number` are the first step's own statements."""

    page: Sequence[Statement]
    cart: Sequence[Statement]
    number: int


async def _look_inside(house: House, file: Path, owner: Bare) -> Work:
    async with house.hall() as hall, browser_inside(hall) as client:
        buying = await Buying.open(client, file, owner)
        with keeping(hall) as page:
            await buying.upload()
        # What a process remembers, such as places and VAT rates, it has asked by now.
        await buying.upload()
        number = sum(own_statements(hall, trace) for trace in hall.traces.recent()[:2])
        with keeping(hall) as cart:
            await buying.into_cart()
        return Work(page, cart, number)


async def _measure(kind: Kind, buying: "Buying", work: Work, bare: Bare) -> Sequence[Figure]:
    cart, bare_cart = await by_turns(
        buying.into_cart,
        lambda: undone(bare, work.cart),
        rounds=ROUNDS,
        before_ours=buying.upload_anew,
        before_floor=buying.empty_cart,
    )
    await buying.forget()
    page, bare_page = await by_turns(buying.upload, lambda: undone(bare, work.page), rounds=ROUNDS)
    what = f"{kind} list of {ROWS} rows"
    return (
        _figure(f"{what}: upload to page, HTTP", page, bare_page, Limit(plus=600)),
        Figure(
            what="  statements beside session and plugins",
            unit="",
            ours=once(work.number),
            limit=Limit(plus=10),
        ),
        _figure(f"{what}: into the cart, HTTP", cart, bare_cart, Limit(plus=300)),
    )


def _figure(what: str, ours: Sample, floor: Sample, limit: Limit) -> Figure:
    return Figure(what=what, unit="ms", ours=ours, floor=floor, limit=limit)


class Buying:
    """A buyer with a file."""

    def __init__(self, client: Client, file: Path, token: str, owner: Bare) -> None:
        self._client = client
        self._file = (file.name, file.read_bytes(), MEDIA)
        self._headers = {"X-CSRFToken": token}
        self._owner = owner
        self._list = ""
        self._seen = ""

    @classmethod
    async def open(cls, client: Client, file: Path, owner: Bare) -> "Buying":
        """Signed in, the file at hand."""
        return cls(client, file, await client.token(), owner)

    async def upload(self) -> None:
        """The file goes up, the page with its groups comes back."""
        kept = await self._client.post(
            "/quick-order/upload", files={"file": self._file}, headers=self._headers
        )
        assert kept.status_code == 303, kept.text
        self._list = kept.headers["location"]
        page = await self._client.get(self._list)
        assert page.status_code == 200, page.text
        self._seen = value_of(page.text, r'name="seen" value="(\d+)"')

    async def page(self) -> str:
        """The page of the list once more."""
        return (await self._client.get(self._list)).text

    async def into_cart(self) -> None:
        """The main button of that page, up to the answer that sends the browser to the cart."""
        answer = await self._client.post(
            f"{self._list}/cart", data={"seen": self._seen}, headers=self._headers
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/cart"), answer.text

    async def upload_anew(self) -> None:
        """A list that is not in the cart yet."""
        await self.empty_cart()
        await self.upload()

    async def empty_cart(self) -> None:
        """As if nothing had been added."""
        await self._owner.execute(EMPTY_CART)
        await self._owner.execute(NOT_ADDED)

    async def forget(self) -> None:
        """As if nothing had been uploaded."""
        await self.empty_cart()
        await self._owner.execute(FORGET_LISTS)
