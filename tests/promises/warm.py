"""Processes of the portal as forks of one that has imported it, with its templates compiled.

Importing takes three seconds of a processor, and the promises start some hundred processes. What
they run, their settings and their connections are their own from the first statement on.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from tempfile import NamedTemporaryFile

from fondaco.hooks.loader import GROUP

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "granian.cli",
        "uvloop",
        "fondaco.cli.main",
        "fondaco.serve",
        "fondaco.testing.compiled",
        *(entry.module for entry in entry_points(group=GROUP)),
    ]
)


class Process:
    """A running `python -m …`, with the words of `subprocess.Popen` that the promises use."""

    def __init__(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        *,
        folder: Path | None = None,
        output: str = os.devnull,
        errors: str = os.devnull,
    ) -> None:
        arguments = (tuple(words), dict(environment), folder, output, errors)
        self._fork: ForkServerProcess = FORKS.Process(target=_run, args=arguments)
        self._fork.start()
        assert self._fork.pid is not None
        self.pid = self._fork.pid

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._fork.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal; nothing to one that has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it without warning."""
        self.send_signal(signal.SIGKILL)

    def wait(self, seconds: float | None = None) -> int:
        """Its exit code. Raises `subprocess.TimeoutExpired`."""
        self._fork.join(seconds)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(self._fork.name, seconds or 0)
        return code


def finished(
    words: Sequence[str],
    environment: Mapping[str, str],
    *,
    folder: Path | None = None,
    seconds: float = 120,
) -> "subprocess.CompletedProcess[str]":
    """Run it to its end; what it printed. Raises `subprocess.TimeoutExpired`."""
    with NamedTemporaryFile("r") as output, NamedTemporaryFile("r") as errors:
        process = Process(words, environment, folder=folder, output=output.name, errors=errors.name)
        try:
            code = process.wait(seconds)
        finally:
            process.kill()
        return subprocess.CompletedProcess(words, code, output.read(), errors.read())


def _run(
    words: tuple[str, ...],
    environment: Mapping[str, str],
    folder: Path | None,
    output: str,
    errors: str,
) -> None:
    """In the fork: a module with its words, as Python's own `-m` does it."""
    # Or else what it starts itself would import everything anew.
    multiprocessing.set_start_method("fork", force=True)
    if folder is not None:
        os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = environment.get("PYTHONPATH", "").split(os.pathsep)
    for descriptor, path in ((1, output), (2, errors)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), descriptor)
    _, module, *rest = words
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
