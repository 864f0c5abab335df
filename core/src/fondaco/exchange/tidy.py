"""Sweeps up what the exchange no longer needs, so that its tables do not grow for ever."""

from fondaco.exchange.worker import sweep_of

TIDY = sweep_of(
    "tidy",
    3600,
    "delete from fondaco.task_start where not exists"
    " (select 1 from fondaco.pgqueuer where id = job_id)",
    "delete from fondaco.inbox where source = 'job' and not exists"
    " (select 1 from fondaco.pgqueuer"
    " where id = cast(split_part(message_id, ':', 1) as bigint))",
    "delete from fondaco.delivery where state = 'done' and done_at < now() - interval '30 days'",
    "delete from fondaco.pgqueuer_log where created < now() - interval '30 days'",
    "delete from fondaco.pgqueuer_statistics where created < now() - interval '1 year'",
    "delete from fondaco.inbound_run where at < now() - interval '90 days'",
    "delete from fondaco.inbox where source = 'amqp' and received_at < now() - interval '90 days'",
    "delete from fondaco.inbox_try where last_at < now() - interval '30 days'",
    "delete from fondaco.sent_message where sent_at < now() - interval '90 days'",
    "delete from fondaco.dead_message where state = 'replayed'"
    " and replayed_at < now() - interval '30 days'",
    "delete from fondaco.password_reset where expires_at < now() - interval '1 day'",
    "delete from fondaco.worker_heartbeat where seen_at < now() - interval '1 day'",
)
"""Deletes the traces of jobs that are gone, and of what was done long ago."""
