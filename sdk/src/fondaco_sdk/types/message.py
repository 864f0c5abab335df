"""A message for the broker, as a publication makes it."""

from msgspec import Struct


class Message(Struct, frozen=True):
    """`type` is one of the publication's; `payload` a Struct of its shape, written as JSON.

    `entity_kind` and `entity_id` say what it speaks of, in names that last: a UUID, an external id.
    Its version is the kernel's: it grows with each message of the same thing.
    """

    type: str
    entity_kind: str
    entity_id: str
    payload: Struct
