"""Sweeps up at the door: counts of windows that have ended, devices and invitations long past."""

from sqlalchemy import text

from fondaco.exchange.worker import Sweep
from fondaco.hooks.hall import Hall

_STATEMENTS = tuple(
    text(statement)
    for statement in (
        "delete from fondaco.attempt where ends_at < now()",
        "delete from fondaco.known_device where expires_at < now()",
        "delete from fondaco.user_session where expires_at < now()",
        # Kept for a while, so that the company sees what was not taken up and may send it again.
        "delete from fondaco.invitation where expires_at < now() - interval '90 days'",
    )
)


async def tidy_door(hall: Hall) -> None:
    """Delete what no longer counts."""
    for statement in _STATEMENTS:
        async with hall.database.reading.connect() as connection:
            await connection.execute(statement)


DOOR = Sweep("door", 600, tidy_door)
