"""A broker for tests: a virtual host of the server of this machine, or a server of their own.

broker = shared_broker()     # skips where there is neither
own = OwnBroker.start(folder)   # may be stopped, killed and started again
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import pika
import pytest

SERVER = ("127.0.0.1", 5672)
PATIENCE = 60.0


class Broker:
    """A virtual host. `url` is what goes into the settings."""

    def __init__(self, url: str) -> None:
        self.url = url

    def channel(self) -> Any:
        """A channel of its own, as 1C would have one; close its `connection` after use."""
        return pika.BlockingConnection(pika.URLParameters(self.url)).channel()

    def send(
        self,
        bodies: Sequence[tuple[str, bytes]],
        *,
        exchange: str,
        routing_key: str,
        sender: str = "1c-ut11",
        correlation: str = "",
    ) -> None:
        """Publish (message id, body)."""
        channel = self.channel()
        for message_id, body in bodies:
            properties = pika.BasicProperties(
                message_id=message_id or None,
                app_id=sender,
                correlation_id=correlation or None,
                delivery_mode=2,
            )
            channel.basic_publish(exchange, routing_key, body, properties)
        channel.connection.close()

    def count(self, queue: str) -> int:
        """How many messages of a queue are ready."""
        channel = self.channel()
        found = channel.queue_declare(queue, passive=True).method.message_count
        channel.connection.close()
        return int(found)

    def drain(self, queue: str) -> list[tuple[Any, bytes]]:
        """Take all messages of a queue: (properties, body)."""
        channel = self.channel()
        found = []
        while True:
            method, properties, body = channel.basic_get(queue, auto_ack=True)
            if method is None:
                break
            found.append((properties, body))
        channel.connection.close()
        return found

    def purge(self, queue: str) -> None:
        """Throw all messages of a queue away."""
        channel = self.channel()
        channel.queue_purge(queue)
        channel.connection.close()

    def delete(self, *queues: str) -> None:
        """Take queues away."""
        channel = self.channel()
        for queue in queues:
            channel.queue_delete(queue)
        channel.connection.close()


class OwnBroker(Broker):
    """A server of a test's own, in a folder, on a free port."""

    def __init__(self, folder: Path, port: int, distribution: int) -> None:
        super().__init__(f"amqp://guest:guest@127.0.0.1:{port}/%2F")
        self._port = port
        self._name = f"fondaco{port}@localhost"
        self._environment = {
            **os.environ,
            "HOME": str(folder),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self._name,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            # The machine's own settings may name the port of its own server.
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "environment"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
        }
        self._pid_file = folder / "pid"
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls, folder: Path) -> Self:
        """Start one; skips the test where there is no server program."""
        if server_program() is None:
            pytest.skip("no rabbitmq-server on this machine")
        for name in ("data", "log"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "plugins").write_text("[].")
        (folder / "environment").write_text("")
        port = _free_port()
        (folder / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\n")
        made = cls(folder, port, _free_port())
        made.begin()
        return made

    def begin(self) -> None:
        """Start the server, or start it again."""
        program = server_program()
        assert program is not None
        self._process = subprocess.Popen(
            [program],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE
        while True:
            if not _answers(("127.0.0.1", self._port)):
                assert self._process.poll() is None, "the server ended at once, see its log"
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.3)
                continue
            try:
                self.channel().connection.close()
                return
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)

    def kill(self) -> None:
        """As `kill -9`, or as somebody who pulls the plug."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it in order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            # The server is a group of its own: a shell and the machine below it.
            os.killpg(self._process.pid, how)
            self._process.wait(PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while _answers(("127.0.0.1", self._port)) and time.monotonic() < deadline:
            time.sleep(0.1)


class SharedBroker(Broker):
    """A virtual host of the server of this machine, taken away at the end."""

    def __init__(self, name: str) -> None:
        super().__init__(f"amqp://guest:guest@127.0.0.1:5672/{name}")
        self._name = name
        _control("add_vhost", name)
        _control("set_permissions", "-p", name, "guest", ".*", ".*", ".*")

    def stop(self) -> None:
        """Take the virtual host away with everything in it."""
        _control("delete_vhost", self._name)


def any_broker(folder: Path) -> SharedBroker | OwnBroker:
    """One to share with nobody; skips where this machine has none."""
    if _answers(SERVER) and shutil.which("rabbitmqctl"):
        try:
            return SharedBroker(f"fondaco_test_{os.getpid()}_{uuid4().hex[:8]}")
        except subprocess.CalledProcessError:
            pass
    return OwnBroker.start(folder)


def server_program() -> str | None:
    """The server's program, if this machine has one; Debian's other one wants to be root."""
    plain = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    return str(plain) if plain.exists() else shutil.which("rabbitmq-server")


def _control(*words: str) -> None:
    subprocess.run(["rabbitmqctl", "-q", *words], check=True, capture_output=True, timeout=PATIENCE)


def _answers(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=1):
            return True
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
