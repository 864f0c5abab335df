"""Another quantity in a cart of 500 lines: the answer that the buyer's browser waits for."""

import re
from collections.abc import Sequence
from html import unescape
from itertools import cycle

from benchmarks.buyer import buyer_of, wares
from benchmarks.figures import Figure, Limit, once
from benchmarks.house import House
from benchmarks.measure import by_turns
from benchmarks.place_order import FORGET
from benchmarks.served import browser, browser_inside, own_statements, served, value_of
from benchmarks.statements import keeping, undone
from fondaco.cart.service import CartItem, Carts
from fondaco.testing.client import Client
from fondaco_sdk.types.cart import LineSource

LINES = 500
ROUNDS = 40
PAGES = 10
HTMX = {"HX-Request": "true"}
LINE = re.compile(r'id="line-([0-9a-f-]{36})".*?shown_sum": "([^"]+)".*?step="([^"]+)"', re.DOTALL)


async def measure(house: House) -> Sequence[Figure]:
    """Over HTTP; the statements of one edit, run bare, are the floor."""
    async with house.hall() as hall, house.bare() as bare, house.bare(owner=True) as owner:
        await owner.execute(FORGET)
        try:
            buyer = await buyer_of(hall)
            found = await wares(buyer, LINES)
            async with buyer.ask().act() as act:
                items = [CartItem(w.id, w.quantity, LineSource.LIST) for w in found]
                await Carts(act).add(act, items)
            async with browser_inside(hall) as inside:
                editing = await Editing.open(inside)
                with keeping(hall) as statements:
                    await editing.edit()
                number = own_statements(hall, hall.traces.recent()[0])
                with keeping(hall) as of_page:
                    await editing.look()
            with served(house) as address:
                async with browser(address) as outside:
                    editing = await Editing.open(outside)
                    ours, floor = await by_turns(
                        editing.edit, lambda: undone(bare, statements), rounds=ROUNDS
                    )
                    page, bare_page = await by_turns(
                        editing.look, lambda: undone(bare, of_page), rounds=PAGES
                    )
        finally:
            await owner.execute(FORGET)
    return (
        Figure(
            what=f"edit a quantity, cart of {LINES} lines, HTTP",
            unit="ms",
            ours=ours,
            floor=floor,
            limit=Limit(plus=50),
        ),
        Figure(what="  statements beside the session", unit="", ours=once(number)),
        Figure(what="  the whole page of that cart", unit="ms", ours=page, floor=bare_page),
    )


class Editing:
    """The cart's page in a browser, and quantities changed on it one line after the other."""

    def __init__(self, client: Client, page: str, token: str) -> None:
        self._client = client
        self._headers = {**HTMX, "X-CSRFToken": token}
        self._total = _shown_total(page)
        rows = LINE.findall(page)
        assert len(rows) == LINES, f"the cart shows {len(rows)} lines"
        self._sums = {line: unescape(shown) for line, shown, _ in rows}
        self._next = cycle((line, float(step) * n) for n in (5, 3) for line, _, step in rows[::7])

    @classmethod
    async def open(cls, client: Client) -> "Editing":
        """The page, as the buyer sees it first."""
        token = await client.token()
        page = await client.get("/cart")
        assert page.status_code == 200, page.text
        return cls(client, page.text, token)

    async def look(self) -> None:
        """All of it, as a browser opens it."""
        page = await self._client.get("/cart")
        assert page.status_code == 200, page.text

    async def edit(self) -> None:
        """One line; the answer is that row, the sums and the news, not the whole cart."""
        line, quantity = next(self._next)
        form = {
            "quantity": f"{quantity:g}",
            "shown_total": self._total,
            "shown_sum": self._sums[line],
        }
        answer = await self._client.post(f"/cart/lines/{line}", data=form, headers=self._headers)
        assert answer.status_code == 200, answer.text
        assert answer.text.count('id="line-') == 1, "more than the edited line was answered"
        self._total = _shown_total(answer.text)
        self._sums[line] = value_of(answer.text, r'shown_sum": "([^"]+)"')


def _shown_total(page: str) -> str:
    return value_of(page, r'name="shown_total" value="([^"]+)"')
