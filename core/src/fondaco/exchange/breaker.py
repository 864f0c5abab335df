"""A breaker: after a row of failures a neighbour is left alone for a while."""

FAILURES = 5
PAUSE = 30.0


class Breaker:
    """Open after five failures in a row; after 30 s one call may try, and its end decides.

    Moments are seconds of a monotonic clock.
    """

    __slots__ = ("_failures", "_open_until", "_trying")

    def __init__(self) -> None:
        self._failures = 0
        self._open_until = 0.0
        self._trying = False

    def wait(self, now: float) -> float:
        """Seconds until a call is allowed; 0 allows this one, and its end must be told."""
        if self._failures < FAILURES:
            return 0.0
        if now < self._open_until or self._trying:
            return max(1.0, self._open_until - now)
        self._trying = True
        return 0.0

    def succeeded(self) -> None:
        """The neighbour answered."""
        self._failures = 0
        self._trying = False

    def failed(self, now: float) -> None:
        """The neighbour did not answer, or said that it cannot."""
        self._failures += 1
        self._open_until = now + PAUSE
        self._trying = False

    def given_up(self) -> None:
        """The call ended without telling anything about the neighbour."""
        self._trying = False
