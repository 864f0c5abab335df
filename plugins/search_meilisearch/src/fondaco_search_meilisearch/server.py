"""The server through the official client. Every method waits; call it in a thread.

A client changes its headers while it speaks, so each call has one of its own; it keeps no
connection that would be lost by this.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchError
from meilisearch.models.task import TaskInfo
from requests import RequestException

from fondaco_search_meilisearch.contract import SETTINGS
from fondaco_search_meilisearch.settings import Meilisearch

SEARCH_SECONDS = 1
WORK_SECONDS = 30
TASK_MS = 600_000
LOOK_EVERY_MS = 25


class Silent(Exception):
    """The server does not answer, or answers with something else than it should."""


class Refused(Exception):
    """The server says that it cannot or will not."""


class Server:
    """What the engine wants of the server, in its words."""

    def __init__(self, settings: Meilisearch) -> None:
        self._settings = settings

    def search(self, queries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """Several searches at once."""
        with _said():
            return self._client(SEARCH_SECONDS).multi_search(queries)

    def prepare(self, index: str) -> None:
        """There is such an index, with our settings."""
        with _said():
            client = self._client()
            self._wait(client.create_index(index, {"primaryKey": "id"}), "index_already_exists")
            self._wait(client.index(index).update_settings(dict(SETTINGS)))

    def give(self, index: str, documents: Sequence[Mapping[str, Any]]) -> None:
        """New or changed documents."""
        with _said():
            self._wait(self._client().index(index).add_documents(documents, "id"))

    def drop(self, index: str, ids: Sequence[int]) -> None:
        """Forget documents. An index that is not there has none of them."""
        wanted = f"id IN [{', '.join(map(str, ids))}]"
        with _said():
            task = self._client().index(index).delete_documents(filter=wanted)
            self._wait(task, "index_not_found")

    def swap(self, one: str, other: str) -> None:
        """The two indexes change their names."""
        with _said():
            self._wait(self._client().swap_indexes([{"indexes": [one, other]}]))

    def forget(self, index: str) -> None:
        """There is no such index."""
        with _said():
            self._wait(self._client().delete_index(index), "index_not_found")

    def count(self, index: str) -> int:
        """How many documents an index has."""
        with _said():
            return int(self._client(SEARCH_SECONDS).index(index).get_stats().number_of_documents)

    def _client(self, seconds: int = WORK_SECONDS) -> Client:
        return Client(self._settings.url, self._settings.key or None, timeout=seconds)

    def _wait(self, task: TaskInfo, harmless: str = "") -> None:
        """Until a task has ended. Raises `Refused` where it failed for another reason."""
        ended = self._client().wait_for_task(task.task_uid, TASK_MS, LOOK_EVERY_MS)
        error = ended.error or {}
        if ended.status != "succeeded" and (not harmless or error.get("code") != harmless):
            said = error.get("message") or error.get("code") or "no reason given"
            raise Refused(f"task {ended.type} {ended.status}: {said}")


class _said:
    """Turns whatever the client raises into our two errors."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, MeilisearchApiError):
            raise Refused(
                f"{error.status_code} {error.code or ''} {error.message}"[:300]
            ) from error
        if isinstance(error, MeilisearchError | RequestException):
            raise Silent(f"{type(error).__name__}: {error}"[:300]) from error
        if isinstance(error, ValueError | TypeError | KeyError | AttributeError):
            raise Silent(f"an answer that is none: {error!r}"[:300]) from error
