"""An order of 50 products for 40 outlets, 2,000 lines, against its rows written by the driver."""

from collections.abc import Sequence
from uuid import uuid4

from benchmarks.buyer import Buyer, buyer_of, wares
from benchmarks.figures import Figure, Limit
from benchmarks.house import Bare, House
from benchmarks.measure import by_turns
from benchmarks.place_order import FORGET, RELEASE, Again
from fondaco.cart.dealing import Wanted
from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.outlets.service import Sharing
from fondaco.cart.service import Carts
from fondaco.checkout.request import CheckoutRequest
from fondaco.checkout.service import Checkout

PRODUCTS, OUTLETS = 50, 40
ROUNDS = 9
MARK = "benchmark"

OPEN_OUTLETS = f"""
    insert into fondaco.outlet (uuid, company_id, name, address)
    select gen_random_uuid(), $1, '{MARK} ' || n, 'Тверь' from generate_series(1, {OUTLETS}) n
    returning uuid
"""
CLOSE_OUTLETS = f"delete from fondaco.outlet where name like '{MARK} %'"
STOCK_UP = "update fondaco.stock_row set on_hand = on_hand + 100000 where product_id = any($1)"


async def measure(house: House) -> Sequence[Figure]:
    """From the press of the button to the commit."""
    async with house.hall() as hall, house.bare() as bare, house.bare(owner=True) as owner:
        await owner.execute(FORGET)
        buyer = await buyer_of(hall)
        products = await wares(buyer, PRODUCTS)
        await owner.execute(STOCK_UP, [ware.id for ware in products])
        rows = await owner.fetch(OPEN_OUTLETS, buyer.customer.company_id)
        wanted = [Wanted(ware.id, row["uuid"], ware.multiple) for ware in products for row in rows]
        placing = Placing(buyer, wanted, owner)
        try:
            await placing.fill()
            again = await Again.of(owner, await placing.place())
            ours, floor = await by_turns(
                placing.place,
                lambda: again.write(bare),
                rounds=ROUNDS,
                before_ours=placing.fill,
                before_floor=placing.release,
            )
        finally:
            await owner.execute(FORGET)
            await owner.execute(CLOSE_OUTLETS)
            await placing.release()
    return (
        Figure(
            what=f"place an order, {OUTLETS} outlets x {PRODUCTS} products",
            unit="ms",
            ours=ours,
            floor=floor,
            limit=Limit(plus=1000),
        ),
    )


class Placing:
    """Orders of the same wares for the same outlets, one after the other."""

    def __init__(self, buyer: Buyer, wanted: Sequence[Wanted], owner: Bare) -> None:
        self._buyer = buyer
        self._wanted = wanted
        self._owner = owner
        self._shown = ""

    async def release(self) -> None:
        """All stock is free again."""
        await self._owner.execute(RELEASE)

    async def fill(self) -> None:
        """A shared cart, looked at."""
        await self.release()
        async with self._buyer.ask().act() as act:
            sharing = Sharing(act)
            await sharing.begin()
            await sharing.put_products(self._wanted)
        self._shown = fingerprint((await Carts(self._buyer.ask()).view()).cart)

    async def place(self) -> int:
        """The order, under a key of its own."""
        request = CheckoutRequest(self._shown, "outlets")
        return (await Checkout(self._buyer.ask()).place(request, uuid4().hex)).id
