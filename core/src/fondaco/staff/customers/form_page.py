"""Where customers are on the site, and the page of every form about them."""

from collections.abc import Mapping
from uuid import UUID

from fondaco.staff.customers.fields import Field
from fondaco.staff.customers.rights import Found
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page, Redirect

HOME = "/staff/customers"
CARD = f"{HOME}/{{uuid:uuid}}"
SAVED = Reason("customer.saved", "Сохранено", "Saved")


def form_page(
    title: str,
    fields: tuple[Field, ...],
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
    *,
    uuid: UUID | None = None,
    customer: str = "",
    said: str = "",
    fill: str = "",
    no_house: str = "",
) -> Page:
    """The page of a form; `title` names its texts: `staff.customer.form.<title>`.

    `said` stands above the fields; `fill` names what a second button looks up.
    `no_house` is an address that was asked about.
    """
    context = {
        "title": title,
        "fields": fields,
        "typed": typed,
        "mistakes": mistakes,
        "back": f"{HOME}/{uuid}" if uuid else HOME,
        "customer": customer,
        "said": said,
        "fill": fill,
        "no_house": no_house,
    }
    return Page("staff/customer_form.html", context, 422 if mistakes else 200)


def saved(customer: Found) -> Redirect:
    """Back to the card."""
    return Redirect(f"{HOME}/{customer.uuid}", notice=SAVED)
