"""Jobs that failed for the last time: listed for staff, tried again when told."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import Conflict, NotFound
from fondaco_sdk.types.reason import Reason

_LIST = text(
    """
    select job.id, job.entrypoint, job.attempts + 1, job.created, job.updated,
           coalesce(last.traceback ->> 'exception_type', ''),
           coalesce(last.traceback ->> 'exception_message', ''),
           coalesce(convert_from(job.payload, 'UTF8'), '')
      from fondaco.pgqueuer as job
      left join lateral (
        select traceback from fondaco.pgqueuer_log
         where job_id = job.id and status = 'failed'
         order by created desc, id desc limit 1
      ) as last on true
     where job.status = 'failed'
     order by job.id desc
     limit :limit
    """
)
_RETRY = text(
    "update fondaco.pgqueuer"
    " set status = 'queued', attempts = 0, execute_after = now(), updated = now(),"
    " queue_manager_id = null"
    " where id = :job and status = 'failed'"
)
_FORGET_STARTS = text("delete from fondaco.task_start where job_id = :job")


class HeldTask(Struct, frozen=True):
    """A job that waits for a person. `runs` counts its attempts; times are UTC."""

    job_id: int
    task: str
    runs: int
    queued_at: datetime
    held_at: datetime
    error_type: str
    error: str
    payload: str


async def held_tasks(ask: Ask, *, limit: int = 100) -> Sequence[HeldTask]:
    """What is held, newest first. One statement."""
    return [HeldTask(*row) for row in await ask.fetch(_LIST, {"limit": limit})]


async def retry_task(act: Act, job_id: int) -> None:
    """Queue a held job once more, with all its attempts anew.

    Raises `NotFound` when no such job is held (any more), `Conflict` when another one with the same
    key waits already.
    """
    params = {"job": str(job_id)}
    try:
        found = await act.execute(_RETRY, {"job": job_id})
    except IntegrityError as same_key:
        raise Conflict(
            Reason(
                "exchange.task_waits_already",
                f"Такое же задание уже стоит в очереди, поэтому № {job_id} повторять не нужно.",
                f"The same task waits in the queue already; job {job_id} need not be repeated.",
                params,
            )
        ) from same_key
    if not found:
        raise NotFound(
            Reason(
                "exchange.no_held_task",
                f"Остановленного задания № {job_id} нет: возможно, его уже запустили повторно."
                " Обновите список.",
                f"There is no held job {job_id}: it may have been retried already."
                " Reload the list.",
                params,
            )
        )
    await act.execute(_FORGET_STARTS, {"job": job_id})
    await act.audit("task.retry", f"job:{job_id}", {"state": "held"}, {})
