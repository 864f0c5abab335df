"""Sweeps up at the door: counts of windows that have ended, devices and invitations long past."""

from fondaco.exchange.worker import sweep_of

DOOR = sweep_of(
    "door",
    600,
    "delete from fondaco.attempt where ends_at < now()",
    "delete from fondaco.known_device where expires_at < now()",
    "delete from fondaco.user_session where expires_at < now()",
    "delete from fondaco.machine_pass where expires_at < now()",
    # Kept for a while, so that the company sees what was not taken up and may send it again.
    "delete from fondaco.invitation where expires_at < now() - interval '90 days'",
)
"""Deletes what no longer counts."""
