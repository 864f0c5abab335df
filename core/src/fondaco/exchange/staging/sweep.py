"""Changes that come one by one pass through the staging tables and leave their dead rows there."""

from sqlalchemy import text

from fondaco.exchange.worker import Sweep
from fondaco.hooks.hall import Hall

SECONDS = 20
MOST_BYTES = 16_000_000
_GIVE_WAY = text("select set_config('lock_timeout', '300ms', true)")
_ENSURE = text("insert into fondaco.import_lease default values on conflict do nothing")
_SIZE = text(
    """
    select coalesce(sum(pg_relation_size(oid)), 0) from pg_class
     where relnamespace = 'fondaco'::regnamespace and relkind = 'r' and relname ~ '^staging_'
    """
)
# Whoever imports holds the lease, and what is staged for a run that may go on has its mark.
_FREE = text(
    """
    select 1 from (select run_id from fondaco.import_lease for update) lease
     where run_id is null
       and not exists (select from fondaco.staging_mark m
                         join fondaco.import_run r on r.id = m.run_id
                        where r.state in ('staging', 'merging', 'failed'))
    """
)


_CLEAR = text("select fondaco.clear_staging()")


async def clear_staging(hall: Hall) -> None:
    """Empty the staging tables when they have grown and nobody imports."""
    async with hall.database.reading.connect() as connection:
        if (await connection.scalar(_SIZE)) < MOST_BYTES:
            return
    async with hall.database.transaction() as connection:
        await connection.execute(_GIVE_WAY)
        await connection.execute(_ENSURE)
        if (await connection.execute(_FREE)).first() is not None:
            await connection.execute(_CLEAR)


STAGING = Sweep("staging", SECONDS, clear_staging)
