"""Meilisearch, as a server on this machine: the part of its HTTP contract that the client uses.

Made from the official client's source and the public reference. `mood` breaks it: "slow" answers
after two seconds, "500" and "garbage" to everything, "refusing" takes connections and closes them,
"failing" lets every task end in failure. `without_filters` finds for everybody.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from meili_matching import WrongFilter, find

Mood = Literal["well", "slow", "500", "garbage", "refusing", "failing"]

KEY = "stub-key"
_THEN = "2026-11-01T00:00:00.000000Z"


class Failure(Exception):
    """An error as the server words it."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"message": f"stub: {code}", "code": code, "type": "invalid_request"}


class Meilisearch:
    """The server: its indexes, its tasks, and what it was asked."""

    def __init__(self) -> None:
        self.mood: Mood = "well"
        self.indexes: dict[str, dict[int, Mapping[str, Any]]] = {}
        self.settings: dict[str, dict[str, Any]] = {}
        self.tasks: list[dict[str, Any]] = []
        self.searches: list[Mapping[str, Any]] = []
        self.without_filters = False
        self.canned: Any = None
        self.url = ""
        self._lock = threading.Lock()

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """One request; the status and what is said."""
        with self._lock:
            for wanted, pattern, does in _ROUTES:
                matched = re.fullmatch(pattern, path)
                if wanted == method and matched:
                    return does(self, body, *matched.groups())
        raise Failure(404, "not_found")

    def search(self, body: Any) -> tuple[int, Any]:
        """Several searches; or what a test wants said."""
        if self.canned is not None:
            return 200, self.canned
        return 200, {"results": [self._one(query) for query in body["queries"]]}

    def _one(self, query: Mapping[str, Any]) -> Mapping[str, Any]:
        index = query["indexUid"]
        if index not in self.indexes:
            raise Failure(404, "index_not_found")
        self.searches.append(query)
        if self.without_filters:
            query = {**query, "filter": []}
        try:
            hits = find(list(self.indexes[index].values()), self.settings[index], query)
        except WrongFilter as wrong:
            raise Failure(400, "invalid_search_filter") from wrong
        detailed = query.get("showRankingScoreDetails")
        return {
            "indexUid": index,
            "hits": [
                {
                    "id": hit.document["id"],
                    **({"_rankingScoreDetails": hit.details} if detailed else {}),
                }
                for hit in hits[: query.get("limit", 20)]
            ],
            "estimatedTotalHits": len(hits),
        }

    def create(self, body: Any) -> tuple[int, Any]:
        """An index."""

        def work() -> None:
            if body["uid"] in self.indexes:
                raise Failure(409, "index_already_exists")
            self._make(body["uid"])

        return self._task("indexCreation", body["uid"], work)

    def set(self, body: Any, index: str) -> tuple[int, Any]:
        """Its settings."""

        def work() -> None:
            self._make(index)
            self.settings[index].update(body)

        return self._task("settingsUpdate", index, work)

    def give(self, body: Any, index: str) -> tuple[int, Any]:
        """New documents, or new words of known ones."""

        def work() -> None:
            self._make(index)
            self.indexes[index].update({one["id"]: one for one in body})

        return self._task("documentAdditionOrUpdate", index, work)

    def drop(self, body: Any, index: str) -> tuple[int, Any]:
        """Documents by a filter."""

        def work() -> None:
            if index not in self.indexes:
                raise Failure(404, "index_not_found")
            kept, held = self.settings[index], self.indexes[index]
            found = find(list(held.values()), kept, {"filter": [body["filter"]]})
            for hit in found:
                del held[hit.document["id"]]

        return self._task("documentDeletion", index, work)

    def forget(self, body: Any, index: str) -> tuple[int, Any]:
        """An index with all that is in it."""

        def work() -> None:
            if index not in self.indexes:
                raise Failure(404, "index_not_found")
            del self.indexes[index], self.settings[index]

        return self._task("indexDeletion", index, work)

    def swap(self, body: Any) -> tuple[int, Any]:
        """Two indexes change their names."""
        one, other = body[0]["indexes"]

        def work() -> None:
            if not {one, other} <= self.indexes.keys():
                raise Failure(404, "index_not_found")
            for kept in (self.indexes, self.settings):
                kept[one], kept[other] = kept[other], kept[one]  # type: ignore[index]

        return self._task("indexSwap", None, work)

    def task(self, body: Any, number: str) -> tuple[int, Any]:
        """How a task stands."""
        return 200, self.tasks[int(number)]

    def stats(self, body: Any, index: str) -> tuple[int, Any]:
        """How many documents."""
        if index not in self.indexes:
            raise Failure(404, "index_not_found")
        number = len(self.indexes[index])
        return 200, {
            "numberOfDocuments": number,
            "isIndexing": False,
            "fieldDistribution": {},
        }

    def _make(self, index: str) -> None:
        self.indexes.setdefault(index, {})
        self.settings.setdefault(index, {"searchableAttributes": ["words"]})

    def _task(self, kind: str, index: str | None, work: Callable[[], None]) -> tuple[int, Any]:
        error: Mapping[str, Any] | None = None
        try:
            if self.mood == "failing":
                raise Failure(500, "internal")
            work()
        except Failure as failure:
            error = failure.body
        number = len(self.tasks)
        status = "failed" if error else "succeeded"
        told = {"indexUid": index, "type": kind, "enqueuedAt": _THEN}
        self.tasks.append({"uid": number, "status": status, "error": error, **told})
        return 202, {"taskUid": number, "status": "enqueued", **told}


_INDEX = r"/indexes/([\w-]+)"
_ROUTES: tuple[tuple[str, str, Callable[..., tuple[int, Any]]], ...] = (
    ("POST", r"/multi-search", Meilisearch.search),
    ("POST", r"/indexes", Meilisearch.create),
    ("PATCH", rf"{_INDEX}/settings", Meilisearch.set),
    ("POST", rf"{_INDEX}/documents", Meilisearch.give),
    ("POST", rf"{_INDEX}/documents/delete", Meilisearch.drop),
    ("DELETE", _INDEX, Meilisearch.forget),
    ("POST", r"/swap-indexes", Meilisearch.swap),
    ("GET", r"/tasks/(\d+)", Meilisearch.task),
    ("GET", rf"{_INDEX}/stats", Meilisearch.stats),
)


@contextmanager
def meilisearch() -> Iterator[Meilisearch]:
    """The server at work, in threads of its own."""
    stub = Meilisearch()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            sent = self.rfile.read(length)
            if stub.mood == "refusing":
                self.close_connection = True
                return
            if stub.mood == "slow":
                time.sleep(2)
            status, said = self._answer(sent)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def _answer(self, sent: bytes) -> tuple[int, bytes]:
            if stub.mood == "500":
                return 500, b"<html>oops</html>"
            if stub.mood == "garbage":
                return 200, b'{"results": [{"hits": [{"id": '
            try:
                if self.headers.get("authorization") != f"Bearer {KEY}":
                    raise Failure(403, "invalid_api_key")
                body = json.loads(sent) if sent and sent != b"null" else None
                status, answer = stub.answer(self.command, self.path.partition("?")[0], body)
            except Failure as failure:
                status, answer = failure.status, failure.body
            return status, json.dumps(answer).encode()

        do_GET = do_POST = do_PATCH = do_DELETE = _serve

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
