"""The Bank of Russia's daily rates, as a server on this machine: well, slow, broken, or empty."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from wire import Answered, Asked, listening

Mood = Literal["well", "slow", "500", "garbage", "empty", "error"]

RATES = """<?xml version="1.0" encoding="windows-1251"?>
<ValCurs Date="{day}" name="Foreign Currency Market">
  <Valute ID="R01235"><NumCode>840</NumCode><CharCode>USD</CharCode><Nominal>1</Nominal>\
<Name>Доллар США</Name><Value>82,9977</Value><VunitRate>82,9977</VunitRate></Valute>
  <Valute ID="R01335"><NumCode>398</NumCode><CharCode>KZT</CharCode><Nominal>100</Nominal>\
<Name>Казахстанских тенге</Name><Value>15.3512</Value></Valute>
  <Valute ID="R01010"><NumCode>036</NumCode><CharCode>AUD</CharCode><Nominal>1</Nominal>\
<Name>Австралийский доллар</Name><Value>54,1234</Value></Valute>
</ValCurs>
"""


def answer_of(day: str) -> bytes:
    """The rates in force from a day (DD.MM.YYYY), in windows-1251."""
    return RATES.format(day=day).encode("cp1251")


class Bank:
    """The server; `mood` and `day` may be changed at any time. `asked` counts the requests."""

    def __init__(self) -> None:
        self.mood: Mood = "well"
        self.day = "12.09.2026"
        self.asked = 0
        self.url = ""

    async def answer(self, asked: Asked) -> Answered:
        """Answer one request."""
        self.asked += 1
        if self.mood == "slow":
            await asyncio.sleep(30)
        status, body = self._answer()
        return Answered(status, body, "application/xml; charset=windows-1251")

    def _answer(self) -> tuple[int, bytes]:
        if self.mood == "500":
            return 500, b"<html>oops</html>"
        if self.mood == "garbage":
            return 200, b"\x00\xff<ValCurs><Valute>"
        if self.mood == "empty":
            return 200, b'<?xml version="1.0" encoding="windows-1251"?><ValCurs></ValCurs>'
        if self.mood == "error":
            return 200, b"Error in parameters"
        return 200, answer_of(self.day)


@asynccontextmanager
async def bank() -> AsyncIterator[Bank]:
    """The server at work."""
    found = Bank()
    async with listening(found.answer) as address:
        found.url = f"{address}/scripts/XML_daily.asp"
        yield found
