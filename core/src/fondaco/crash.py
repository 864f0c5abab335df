"""Places where a test can make the program die, as `kill -9` would.

`FONDACO_CRASH_AT=delivery.handled` ends the process the first time it comes there;
`delivery.handled:5` the fifth time. Without the variable a crash point does nothing.
"""

import os

VARIABLE = "FONDACO_CRASH_AT"
EXIT_CODE = 137

_passes = 0


def crash_point(name: str) -> None:
    """End the process at once, without any clean-up, if this is where the test wants it."""
    wanted = os.environ.get(VARIABLE)
    if wanted is None:
        return
    where, _, count = wanted.partition(":")
    if name == where:
        global _passes
        _passes += 1
        if _passes >= int(count or 1):
            os._exit(EXIT_CODE)
