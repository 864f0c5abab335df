"""Locks of the kernel on files: a killed process holds none, so nothing can go stale."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def opened(path: Path) -> int:
    """A descriptor to lock; programs we start do not inherit it unless told to."""
    return os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)


@contextmanager
def exclusive(path: Path) -> Iterator[int]:
    """Waits until nobody else holds the lock, and gives its descriptor.

    After an exception, programs that inherited the descriptor keep the lock until they end.
    """
    descriptor = opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
        # Closing alone would leave the lock to a child that another thread has forked meanwhile.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def share(descriptor: int) -> None:
    """Waits for a shared lock."""
    fcntl.flock(descriptor, fcntl.LOCK_SH)


def is_last(descriptor: int) -> bool:
    """Turns a shared lock into the only one, or says that others hold it too."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
