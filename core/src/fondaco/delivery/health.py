"""How carriers answer, as every process of the site has last found it, for staff to see."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.delivery.carriers import AtWork
from fondaco.hooks.context import ActContext, AskContext
from fondaco_sdk.types.reason import Reason

# A call that ended earlier, told by a slower process, takes nothing back.
_TELL: TextClause = text(
    """
    insert into fondaco.carrier_health as h
           (carrier, answered_at, failed_at, why_ru, why_en, rests_until)
    select carrier, answered_at, failed_at, ru, en, failed_at + make_interval(secs => rests)
      from unnest(cast(:carriers as text[]), cast(:answered as timestamptz[]),
                  cast(:failed as timestamptz[]), cast(:ru as text[]), cast(:en as text[]),
                  cast(:rests as integer[]))
           as told (carrier, answered_at, failed_at, ru, en, rests)
     order by carrier
    on conflict (carrier) do update
       set answered_at = greatest(h.answered_at, excluded.answered_at),
           failed_at = greatest(h.failed_at, excluded.failed_at),
           why_ru = case when excluded.failed_at >= coalesce(h.failed_at, '-infinity')
                         then excluded.why_ru else h.why_ru end,
           why_en = case when excluded.failed_at >= coalesce(h.failed_at, '-infinity')
                         then excluded.why_en else h.why_en end,
           rests_until = case when excluded.failed_at is null
                              and excluded.answered_at >= coalesce(h.failed_at, '-infinity')
                              then null
                              else greatest(h.rests_until, excluded.rests_until) end
    """
)
_READ: TextClause = text(
    "select carrier, answered_at, failed_at, why_ru, why_en, rests_until"
    "  from fondaco.carrier_health"
)


class Health(Struct, frozen=True):
    """When a carrier last answered and when it last failed, and why; it is left alone until
    `rests_until`. Moments are aware UTC, None: never."""

    answered_at: datetime | None = None
    failed_at: datetime | None = None
    why: Reason | None = None
    rests_until: datetime | None = None

    def rests(self, now: datetime) -> bool:
        """Whether it is left alone now."""
        return self.rests_until is not None and now < self.rests_until

    @property
    def fails(self) -> bool:
        """Whether its last word was a failure."""
        return self.failed_at is not None and (
            self.answered_at is None or self.answered_at < self.failed_at
        )


async def tell_health(act: ActContext, carriers: Iterable[AtWork]) -> None:
    """Write down how calls of these carriers have ended since it was last told. One statement."""
    told = [(one, one.heard) for one in carriers if one.heard is not None]
    if not told:
        return
    values = [heard for _, heard in told]
    await act.execute(
        _TELL,
        {
            "carriers": [one.name for one, _ in told],
            "answered": [heard.at if heard.why is None else None for heard in values],
            "failed": [heard.at if heard.why is not None else None for heard in values],
            "ru": [heard.why.ru if heard.why else "" for heard in values],
            "en": [heard.why.en if heard.why else "" for heard in values],
            "rests": [heard.rests for heard in values],
        },
    )
    for one, heard in told:
        if one.heard is heard:
            one.heard = None


async def health_of(ask: AskContext) -> Mapping[str, Health]:
    """What is known of each carrier by its name. One statement."""
    return {
        carrier: Health(answered, failed, Reason("carrier.failed", ru, en) if failed else None, at)
        for carrier, answered, failed, ru, en, at in await ask.fetch(_READ)
    }
