"""What every page needs around its own content: who looks, in which language, with which cart.

A page gets exactly one of these as `shell` in its template context; base.html reads nothing else.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from jinja2.runtime import Context
from msgspec import Struct

REFUSED_COOKIE = "refused"


class Brand(Struct, frozen=True, kw_only=True):
    """The looks of a site. Addresses are of our own origin; an empty one means the kit's own."""

    name: str
    logo_url: str = ""
    icon_url: str = ""
    stylesheet_url: str = ""


class Person(Struct, frozen=True, kw_only=True):
    """Who is signed in. `is_staff`: works for the wholesaler."""

    name: str
    email: str
    is_staff: bool = False


class ActingOption(Struct, frozen=True, kw_only=True):
    """A legal entity or an outlet that the person may act for; `value` is posted to /acting."""

    value: str
    name: str
    selected: bool = False


class Acting(Struct, frozen=True, kw_only=True):
    """For whom orders are placed now, and where they go unless the checkout is told otherwise.

    `on_behalf`: a manager works in a customer's cabinet.
    """

    company: str
    legal_entity: str
    outlet: str = ""
    entities: tuple[ActingOption, ...] = ()
    outlets: tuple[ActingOption, ...] = ()
    on_behalf: bool = False


class Cart(Struct, frozen=True, kw_only=True):
    """The cart as the top bar shows it; `total` is formatted money, empty for an empty cart."""

    lines: int = 0
    total: str = ""


class NavItem(Struct, frozen=True, kw_only=True):
    """One line of the navigation; `icon` is a name from web/icons.txt.

    `count` things wait there; 0 shows nothing. `in_company`: it is about the customer's company,
    and stands with others of its kind under one entry.
    """

    href: str
    label: str
    icon: str
    active: bool = False
    count: int = 0
    in_company: bool = False


class ErpAge(Struct, frozen=True, kw_only=True):
    """The ERP is silent: since `heard_at` (aware UTC), which is `hours` and `minutes` ago.

    `prices`: so long that prices are old as well, not only stock.
    """

    heard_at: datetime
    hours: int
    minutes: int
    prices: bool


class Shell(Struct, frozen=True, kw_only=True):
    """The frame of a page.

    `locale` and `locales`: language codes such as "ru". `theme`: "light" or "dark", `density`:
    "dense" or "roomy", both from the cookies of the same names. `path`: the address to come back
    to, with its query. `today` and `zone`: the person's day and time zone. `staff`: a page of a
    staff area, with the left bar. `notifications_url`: empty where there are none to show.
    `query`: what the search box shows. `may_order`: has a cart and a quick order; who only pays the
    invoices or works for the wholesaler has none.
    `refused`: what could not be done before this page. `erp_age`: on pages with stock and prices,
    how old they are, once that has to be said.
    """

    site_name: str
    brand: Brand
    locale: str
    locales: tuple[str, ...]
    path: str
    today: date
    zone: ZoneInfo
    theme: str = "light"
    density: str = "dense"
    csrf_token: str = ""
    person: Person | None = None
    acting: Acting | None = None
    may_order: bool = True
    cart: Cart = Cart()
    notifications_url: str = ""
    unread: int = 0
    nav: tuple[NavItem, ...] = ()
    staff: bool = False
    seller: str = ""
    query: str = ""
    refused: str = ""
    erp_age: ErpAge | None = None


def shell_of(context: Context) -> Shell:
    """The frame of the page that is being rendered. Raises `TypeError` naming the remedy."""
    shell = context.get("shell")
    if not isinstance(shell, Shell):
        raise TypeError(
            "no `shell` in the template context: hand a fondaco.web.shell.Shell to the template,"
            ' and import macros as {% import "kernel/ui.html" as ui with context %}'
        )
    return shell
