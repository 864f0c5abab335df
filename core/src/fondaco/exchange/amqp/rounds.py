"""What a worker does with the broker beside its other rounds, if the settings name one."""

from asyncio import Event
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from fondaco.exchange.amqp.consumer import run_consumers
from fondaco.exchange.amqp.relay import run_relay
from fondaco.hooks.hall import Hall


def broker_rounds(hall: Hall, stop: Event) -> Mapping[str, Callable[[], Awaitable[None]]]:
    """The rounds by name, none without a broker. Each is begun anew when it fails."""
    if not hall.settings.amqp_url:
        return {}
    return {
        "broker relay": partial(run_relay, hall, stop),
        "broker consumers": partial(run_consumers, hall, stop),
    }
