"""The task that asks what the addresses of outlets are: parts, postal code, place on the map.

An outlet is due when its address is not the one that was answered, whoever wrote it; one that got
no answer is tried again after the others.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.exchange.job import JobContext
from fondaco.hooks.context import ActContext
from fondaco.lookup.asking import Service, ask_service, service_of
from fondaco.lookup.written import has_house, names_town
from fondaco_sdk.context import Net
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.lookup import FoundAddress, LookupService

NORMALISE_TASK = "lookup.normalise"
EVERY_TEN_MINUTES = "*/10 * * * *"
MOST = 50
_DUE: TextClause = text(
    """
    select o.id, o.address from fondaco.outlet o
      left join fondaco.outlet_address a on a.outlet_id = o.id
     where o.address <> '' and a.text is distinct from o.address
     order by a.normalised_at nulls first, o.id limit :most
    """
)
_WHERE = ("country", "postal_code", "region", "city", "settlement", "street", "house", "flat")
_PARTS = (*_WHERE, "fias_id", "lat", "lon", "exactness")
_COLUMNS = ("outlet_id", "text", "provider", "full_text", *_PARTS, "verdict")
# The outlet may have been joined with another one meanwhile.
_KEEP: TextClause = text(
    f"""
    insert into fondaco.outlet_address ({", ".join(_COLUMNS)})
    select {
        ", ".join(
            f":{name}" if name not in ("lat", "lon") else f"cast(:{name} as numeric)"
            for name in _COLUMNS
        )
    }
     where exists (select from fondaco.outlet o where o.id = :outlet_id)
    on conflict (outlet_id) do update set
        {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])}, normalised_at = now()
    """
)
_TRIED: TextClause = text(
    """
    insert into fondaco.outlet_address (outlet_id, text, provider, verdict)
    select o.id, '', :provider, 'unknown' from fondaco.outlet o where o.id = :outlet_id
    on conflict (outlet_id) do update set normalised_at = now()
    """
)
_TIDY: TextClause = text(
    "delete from fondaco.lookup_answer where asked_at < now() - interval '30 days'"
)


class Normalise(Struct, frozen=True):
    """Nothing is to be said: the outlets that are due are found."""


async def normalise(job: JobContext, _payload: Normalise) -> None:
    """Ask about at most fifty outlets.

    One that is not answered may be a bad address; the second in a row means that the service is
    silent, and the others are left for later.
    """
    service = service_of(job.hall)
    async with job.act() as act:
        await act.execute(_TIDY)
        due: Sequence[Any] = await act.fetch(_DUE, {"most": MOST}) if service else ()
    if service is None or service.rests_now():
        return
    in_a_row = 0
    for outlet in due:
        answered = await _normalised(job, service, outlet)
        in_a_row = 0 if answered else in_a_row + 1
        if in_a_row > 1:
            return


async def _normalised(job: JobContext, service: Service, outlet: Any) -> bool:
    """Whether the service has answered about an outlet."""

    async def asks(lookup: LookupService, net: Net) -> FoundAddress | None:
        return await lookup.address(net, outlet.address)

    try:
        async with job.net() as net:
            found = await ask_service(service, net, asks, rested=True)
    except Unavailable:
        async with job.act() as act:
            await act.execute(_TRIED, {"provider": service.name, "outlet_id": outlet.id})
        return False
    async with job.act() as act:
        await _keep(act, outlet, service.name, found)
    return True


async def _keep(act: ActContext, outlet: Any, provider: str, found: FoundAddress | None) -> None:
    parts: dict[str, Any] = {name: getattr(found or _NOTHING, name) for name in _PARTS}
    await act.execute(
        _KEEP,
        {
            **parts,
            "exactness": str(parts["exactness"]),
            "outlet_id": outlet.id,
            "text": outlet.address,
            "provider": provider,
            "full_text": found.text if found else "",
            "verdict": verdict_of(outlet.address, found),
        },
    )


def verdict_of(written: str, found: FoundAddress | None) -> str:
    """What staff are shown: "unknown", "no_house", "uncertain" or "exact".

    What is uncertain decides neither the town nor the postal code of a delivery.
    """
    if found is None:
        return "unknown"
    if not names_town(written, found):
        return "uncertain"
    if not found.house:
        return "uncertain" if has_house(written) else "no_house"
    return "exact" if found.certain else "uncertain"


_NOTHING = FoundAddress("")
