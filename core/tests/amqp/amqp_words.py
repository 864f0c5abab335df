"""Messages as 1C writes them."""

import json
from datetime import UTC, datetime
from typing import Any


def message(
    type_name: str, payload: Any, *, id: str, version: int = 0, at: datetime | None = None
) -> bytes:
    """A message as 1C writes it."""
    return json.dumps(
        {
            "id": id,
            "type": type_name,
            "source": "1c",
            "occurred_at": (at or datetime.now(UTC)).isoformat(),
            "entity": {"kind": "weight", "id": "w", "version": version},
            "payload": payload,
        },
        ensure_ascii=False,
    ).encode()
