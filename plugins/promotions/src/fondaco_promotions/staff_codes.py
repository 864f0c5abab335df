"""The staff's forms about codes: one of its own wording, many random ones, and their workbook."""

from uuid import UUID

from litestar import Response

from fondaco_promotions import campaigns as book
from fondaco_promotions.campaign import MOST_USES
from fondaco_promotions.campaign_form import whole_number
from fondaco_promotions.code_book import MOST_CODES, add_own, generate, own_codes
from fondaco_promotions.manifest import STAFF
from fondaco_promotions.staff_pages import campaign_page
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.sheet import WrittenColumn
from fondaco_sdk.web import Form, FormReading, Page, Redirect, workbook


async def add_code(act: Act, form: Form, campaign: UUID) -> Page | Redirect:
    """A code of one's own wording, or the form again with what is wrong."""
    found = await book.stored(act, campaign)
    reading = form.reading()
    try:
        typed = reading.required("code")
        most = whole_number(reading, "code_most", MOST_USES)
        reading.done()
        code = await add_own(act, campaign, typed, most)
    except UserError as mistake:
        return await campaign_page(act, found, form.values(), mistake)
    said = Reason(
        "promotions.code_added", f"Промокод {code} добавлен", f"The promo code {code} is added"
    )
    return Redirect(f"{STAFF}/{campaign}", said)


async def generate_codes(act: Act, form: Form, campaign: UUID) -> Page:
    """So many random codes, shown on this page and never again."""
    found = await book.stored(act, campaign)
    reading = form.reading()
    try:
        number = whole_number(reading, "number", MOST_CODES) or 0
        if not number:
            reading.required("number")
        most = whole_number(reading, "number_most", MOST_USES)
        batch = _batch(reading)
        reading.done()
        codes = await generate(act, campaign, number, most, batch)
    except UserError as mistake:
        refusal = "" if mistake.fields else mistake.reason.text(act.locale)
        return await campaign_page(act, found, form.values(), mistake, refusal=refusal)
    return await campaign_page(act, found, fresh=codes)


async def codes_file(ask: Ask, form: Form, campaign: UUID) -> Response[bytes]:
    """The codes of the page as a workbook; what is none of this campaign's is left out."""
    found = await book.stored(ask, campaign)
    shown = form.text("codes").split()[:MOST_CODES]
    name = found.campaign.name(ask.locale)
    data = ask.sheets.write(
        _SHEET.text(ask.locale),
        (
            WrittenColumn(_CODE.text(ask.locale), 18),
            WrittenColumn(_PROMOTION.text(ask.locale), 40),
        ),
        [(code, name) for code in await own_codes(ask, campaign, shown)],
    )
    file = f"promo-codes-{ask.now.astimezone(ask.zone):%Y-%m-%d}.xlsx"
    return workbook(data, file)


def _batch(reading: FormReading) -> UUID:
    try:
        return UUID(reading.text("batch"))
    except ValueError:
        reading.refuse("number", _STALE)
        return UUID(int=0)


_STALE = Reason(
    "promotions.stale", "Обновите страницу и попробуйте ещё раз", "Reload the page and try again"
)
_SHEET = Reason("promotions.sheet", "Промокоды", "Promo codes")
_CODE = Reason("promotions.sheet_code", "Промокод", "Promo code")
_PROMOTION = Reason("promotions.sheet_name", "Акция", "Promotion")
