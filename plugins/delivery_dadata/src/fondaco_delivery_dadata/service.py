"""The service: one call a question, and what its refusals mean."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from fondaco_delivery_dadata.contract import (
    AddressAnswer,
    BankAnswer,
    PartyAnswer,
    address_of,
    bank_of,
    company_of,
)
from fondaco_delivery_dadata.settings import DaData
from fondaco_sdk.context import HttpAnswer, Net
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.lookup import FoundAddress, FoundBank, FoundCompany

T = TypeVar("T")
SECONDS = Decimal(1)
MOST_COMPANIES, MOST_ADDRESSES, LONGEST = 20, 20, 300
DAY, REFUSED, OFTEN = 24 * 3600, 600, 5
_MOSCOW = timezone(timedelta(hours=3))


class DaDataLookup:
    """Implements `fondaco_sdk.providers.lookup.LookupService`."""

    def __init__(self, settings: DaData) -> None:
        self._settings = settings

    async def addresses(self, net: Net, text: str, most: int) -> Sequence[FoundAddress]:
        """Suggestions of an address. Raises `Unavailable`."""
        body = {"query": text[:LONGEST], "count": min(most, MOST_ADDRESSES), **self._within()}
        answer = await self._call(net, "suggest/address", body, AddressAnswer)
        return [address_of(one) for one in answer.suggestions]

    async def address(self, net: Net, text: str) -> FoundAddress | None:
        """The first suggestion, which alone has reliable coordinates. Raises `Unavailable`."""
        body = {"query": text[:LONGEST], "count": 1, **self._within()}
        answer = await self._call(net, "suggest/address", body, AddressAnswer)
        return address_of(answer.suggestions[0]) if answer.suggestions else None

    async def companies(self, net: Net, tax_id: str) -> Sequence[FoundCompany]:
        """Head office first. Raises `Unavailable`."""
        body = {"query": tax_id, "count": MOST_COMPANIES}
        answer = await self._call(net, "findById/party", body, PartyAnswer)
        # The same call also finds by OGRN.
        found = [one for one in map(company_of, answer.suggestions) if one.tax_id == tax_id]
        return sorted(found, key=lambda one: one.branch)

    async def bank(self, net: Net, bic: str) -> FoundBank | None:
        """By BIC. Raises `Unavailable`."""
        answer = await self._call(net, "findById/bank", {"query": bic}, BankAnswer)
        found = [bank_of(one, bic) for one in answer.suggestions]
        return next((one for one in found if one.bic == bic), None)

    def _within(self) -> Mapping[str, Any]:
        return {"locations": [{"country_iso_code": self._settings.country}]}

    async def _call(self, net: Net, path: str, body: Mapping[str, Any], shape: type[T]) -> T:
        if not self._settings.token:
            raise Unavailable("DaData (no token)", DAY)
        answer = await net.request(
            "POST",
            f"{self._settings.url.rstrip('/')}/{path}",
            headers={
                "authorization": f"Token {self._settings.token}",
                "content-type": "application/json",
                "accept": "application/json",
            },
            body=msgspec.json.encode(body),
            seconds=SECONDS,
        )
        if answer.status != 200:
            raise _refused(answer)
        try:
            return msgspec.json.decode(answer.body, type=shape)
        except msgspec.DecodeError as nonsense:
            raise Unavailable("DaData (an answer that cannot be read)") from nonsense


def _refused(answer: HttpAnswer) -> Unavailable:
    """What refuses, and for how long: the day's quota is renewed at midnight in Moscow."""
    if answer.status == 403:
        return Unavailable("DaData (403: daily quota, or the key)", seconds_to_midnight())
    if answer.status == 429:
        said = answer.headers.get("retry-after", "")
        return Unavailable("DaData (429: too often)", int(said) if said.isdigit() else OFTEN)
    if answer.status == 401:
        return Unavailable("DaData (401: the key is refused)", REFUSED)
    return Unavailable(f"DaData ({answer.status})")


def seconds_to_midnight(now: datetime | None = None) -> int:
    """Until the next midnight in Moscow; `now` is aware."""
    here = (now or datetime.now(UTC)).astimezone(_MOSCOW)
    next_day = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((next_day - here).total_seconds()) + 1


def create(settings: DaData) -> DaDataLookup:
    """The factory named in the manifest."""
    return DaDataLookup(settings)
