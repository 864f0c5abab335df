"""What reading a list complains of, as reasons: with the text in both languages."""

from functools import cache
from pathlib import Path
from typing import Any

from fondaco.intake.parse import Problem
from fondaco.web.i18n import Translator, translators
from fondaco_sdk.types.reason import Reason


def reason_of(problem: Problem) -> Reason:
    """The problem in words; its code stays, so `quantity.zero` is still about the quantity."""
    texts, key = _texts(), f"intake.problem.{problem.code}"
    params: dict[str, Any] = dict(problem.params)
    return Reason(
        problem.code, texts["ru"](key, **params), texts["en"](key, **params), problem.params
    )


@cache
def _texts() -> dict[str, Translator]:
    return translators({"intake": Path(__file__).parent / "locales"})
