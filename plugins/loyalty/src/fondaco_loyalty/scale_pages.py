"""The staff's page of the cumulative discount: the whole scale in one form."""

from collections.abc import Mapping
from decimal import Decimal

from fondaco_loyalty.manifest import SCALE
from fondaco_loyalty.scale import all_steps, misfits_of_scale, replace_scale
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.status import Step
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

ROWS, SPARE = 20, 3


async def scale(ask: Ask) -> Page:
    """The scale, with some rows to fill in."""
    steps = await all_steps(ask)
    typed: dict[str, str] = {}
    for number, step in enumerate(steps, 1):
        typed[f"threshold_{number}"] = _plain(step.threshold)
        typed[f"percent_{number}"] = _plain(step.percent)
    return _page(ask, typed, min(len(steps) + SPARE, ROWS))


async def save_scale(act: Act, form: Form) -> Page | Redirect:
    """The scale as it stands in the form, whose empty rows are no steps; or what is wrong."""
    try:
        await replace_scale(act, _read(form))
    except UserError as mistake:
        values = form.values()
        filled = [n for n in range(1, ROWS + 1) if values.get(f"threshold_{n}")]
        return _page(act, values, min(max(filled, default=0) + SPARE, ROWS), mistake)
    return Redirect(SCALE, _SAVED)


def _read(form: Form) -> list[Step]:
    reading = form.reading()
    rows = {
        number: Step(reading.decimal(f"threshold_{number}"), reading.decimal(f"percent_{number}"))
        for number in range(1, ROWS + 1)
        if form.text(f"threshold_{number}") or form.text(f"percent_{number}")
    }
    if not reading.mistakes:
        for field, mistake in misfits_of_scale(rows).items():
            reading.refuse(field, mistake)
    reading.done()
    return list(rows.values())


def _page(ask: Ask, typed: Mapping[str, str], rows: int, mistake: UserError | None = None) -> Page:
    fields = mistake.fields if mistake else {}
    return Page(
        "loyalty/scale.html",
        {
            "rows": range(1, rows + 1),
            "typed": typed,
            "mistakes": {name: reason.text(ask.locale) for name, reason in fields.items()},
            "currency": ask.currency,
            "days": ask.settings(LoyaltySettings).scale_days,
        },
        status=422 if mistake else 200,
    )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


_SAVED = Reason("loyalty.scale_saved", "Шкала сохранена", "The scale is saved")
