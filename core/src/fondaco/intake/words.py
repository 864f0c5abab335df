"""The room's texts outside its pages: what reading a list complains of, headings of workbooks."""

from functools import cache
from pathlib import Path
from typing import Any

from fondaco.intake.parse import Problem
from fondaco.web.i18n import Translator, translators
from fondaco_sdk.types.reason import Reason


def reason_of(problem: Problem) -> Reason:
    """The problem in words; its code stays, so `quantity.zero` is still about the quantity."""
    key = f"intake.problem.{problem.code}"
    params: dict[str, Any] = dict(problem.params)
    return Reason(
        problem.code, texts("ru")(key, **params), texts("en")(key, **params), problem.params
    )


def texts(locale: str) -> Translator:
    """The texts of this room in a language."""
    return _texts()[locale]


@cache
def _texts() -> dict[str, Translator]:
    return translators({"intake": Path(__file__).parent / "locales"})
