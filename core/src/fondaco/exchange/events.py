"""Events by their name on the wire."""

from collections.abc import Mapping

import msgspec
from msgspec.json import Decoder

from fondaco_sdk.errors import Fault
from fondaco_sdk.events import ALL, Event

_DECODERS: Mapping[str, Decoder[Event]] = {event.type_name: Decoder(event) for event in ALL}


def decode(type_name: str, payload: str | bytes) -> Event:
    """The event of `type_name` whose JSON is `payload`.

    Raises `Fault` when this version knows no such event, or its fields do not fit.
    """
    decoder = _DECODERS.get(type_name)
    if decoder is None:
        raise Fault(f"event {type_name!r} is unknown to this version; upgrade it, then retry")
    try:
        return decoder.decode(payload)
    except msgspec.DecodeError as wrong:
        raise Fault(f"event {type_name!r} does not decode: {wrong}") from wrong
