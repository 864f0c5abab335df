"""The scale of the cumulative discount: read, checked, and replaced as a whole."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ARRAY, Numeric, TextClause, bindparam, text

from fondaco_loyalty.status import KOPECK, MOST, Step
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.types.reason import Reason

_ALL: TextClause = text(
    "select threshold, percent from plugin_loyalty.scale_step order by threshold"
)
_LOCK: TextClause = text("lock table plugin_loyalty.scale_step in share row exclusive mode")
_CLEAR: TextClause = text("delete from plugin_loyalty.scale_step")
_FILL = text(
    "insert into plugin_loyalty.scale_step (threshold, percent)"
    " select * from unnest(:thresholds, :percents)"
).bindparams(
    bindparam("thresholds", type_=ARRAY(Numeric)), bindparam("percents", type_=ARRAY(Numeric))
)


async def all_steps(ask: Ask) -> Sequence[Step]:
    """The scale, from the lowest step up. One statement."""
    return [Step(*row) for row in await ask.fetch(_ALL)]


async def replace_scale(act: Act, steps: Sequence[Step]) -> None:
    """Put these steps, which fit together, in the place of the former ones."""
    await act.execute(_LOCK)
    before = await all_steps(act)
    await act.execute(_CLEAR)
    await act.execute(
        _FILL,
        {
            "thresholds": [step.threshold for step in steps],
            "percents": [step.percent for step in steps],
        },
    )
    await act.audit("loyalty.scale.save", "loyalty_scale", before, steps)


def misfits_of_scale(rows: Mapping[int, Step]) -> dict[str, Reason]:
    """What is wrong with the rows of a scale, by field; empty when nothing is."""
    found: dict[str, Reason] = {}
    ordered = sorted(rows.items(), key=lambda row: row[1].threshold)
    below: Step | None = None
    for number, step in ordered:
        if not 0 <= step.threshold <= MOST or step.threshold != step.threshold.quantize(KOPECK):
            found[f"threshold_{number}"] = _THRESHOLD
        elif not 0 < step.percent <= 100 or step.percent != step.percent.quantize(KOPECK):
            found[f"percent_{number}"] = _PERCENT
        elif below is not None and below.threshold == step.threshold:
            found[f"threshold_{number}"] = _TWICE
        elif below is not None and step.percent <= below.percent:
            found[f"percent_{number}"] = _LOWER
        below = step
    return found


_THRESHOLD = Reason(
    "loyalty.threshold",
    "Оборот — это сумма от 0, не более двух знаков после запятой",
    "The turnover is an amount from 0, with at most two decimals",
)
_PERCENT = Reason(
    "loyalty.scale_percent",
    "Скидка — больше 0 и до 100 %, не более двух знаков после запятой",
    "The discount is above 0 and up to 100%, with at most two decimals",
)
_TWICE = Reason(
    "loyalty.scale_twice",
    "С этого оборота уже начинается другая ступень",
    "Another step begins at this turnover already",
)
_LOWER = Reason(
    "loyalty.scale_lower",
    "С ростом оборота скидка должна расти",
    "With more turnover the discount has to grow",
)
