"""The inbox: what may arrive twice has its effect once."""

from sqlalchemy import text

from fondaco_sdk.context import Act

_TAKE = text(
    "insert into fondaco.inbox (source, message_id) values (:source, :message_id)"
    " on conflict do nothing"
)


async def first_time(act: Act, source: str, message_id: str) -> bool:
    """Whether this message of `source` is new; remembered if and only if `act` commits.

    A second one that comes while the first is at work waits for its end.
    """
    return await act.execute(_TAKE, {"source": source, "message_id": message_id}) == 1
