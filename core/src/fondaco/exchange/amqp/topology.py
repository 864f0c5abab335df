"""What the portal declares at the broker, from the manifests: one exchange, its queues, the dead.

Quorum queues, so that nothing is lost with a node. What a queue cannot get rid of goes to the dead
letters, at least once: that asks for `reject-publish`, and a limit of deliveries that brokers
before 4.0 have not by themselves. The limit is the last defence; whoever reads gives up earlier.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from fondaco.hooks.registry import Registry
from fondaco.settings import Amqp
from fondaco_sdk.manifest import Queue

DELIVERY_LIMIT = 20


class Declared(Struct, frozen=True):
    """A queue with its arguments; `bindings` are (exchange, routing key)."""

    name: str
    arguments: Mapping[str, object]
    bindings: Sequence[tuple[str, str]]


class Topology(Struct, frozen=True):
    """`exchange` and `dead` are durable topic exchanges; `graveyard` is the queue of the dead."""

    exchange: str
    dead: str
    graveyard: str
    queues: Sequence[Declared]


def topology_of(registry: Registry, settings: Amqp) -> Topology:
    """Everything that the plugins at work want declared."""
    dead, graveyard = f"{settings.exchange}.dead", f"{settings.exchange}.dead.all"
    queues = [
        Declared(
            queue.name,
            {
                "x-queue-type": "quorum",
                "x-delivery-limit": DELIVERY_LIMIT,
                "x-dead-letter-exchange": dead,
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            },
            [(settings.exchange, key) for key in queue.bindings],
        )
        for queue, _ in registry.queues
    ]
    queues.append(Declared(graveyard, {"x-queue-type": "quorum"}, [(dead, "#")]))
    return Topology(settings.exchange, dead, graveyard, queues)


def read_by_us(registry: Registry) -> Sequence[Queue]:
    """The queues of which the portal takes messages."""
    return [queue for queue, _ in registry.queues if queue.takes]
