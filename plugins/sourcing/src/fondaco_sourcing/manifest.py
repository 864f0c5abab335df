"""What the plugin is. Read at every start, so it names its functions and imports none of them."""

from fondaco_sdk.manifest import Inbound, Invariant, Nav, Permission, Plugin, Route, Text

STAFF = "/staff/sourcing"
PLACES = f"{STAFF}/places"
TRANSFERS = f"{STAFF}/transfers"
LOTS = f"{STAFF}/lots"
OUTLETS = f"{STAFF}/outlets"
_PLACE = f"{PLACES}/{{place:uuid}}"
_DAY = f"{STAFF}/days/{{day:uuid}}"
_OUTLET = f"{OUTLETS}/{{outlet:uuid}}"
_TRANSFER = f"{TRANSFERS}/{{transfer:uuid}}"
VIEW, EDIT = "sourcing.view", "sourcing.edit"


def _staff(method: str, path: str, function: str, policy: str = EDIT) -> Route:
    return Route(method, path, f"fondaco_sourcing.{function}", policy)  # type: ignore[arg-type]


plugin = Plugin(
    name="sourcing",
    version="0.1.0",
    title=Text("Сроки и источники", "Dates and sources"),
    hooks="fondaco_sourcing.hooks",
    settings="fondaco_sourcing.settings:SourcingSettings",
    migrations="fondaco_sourcing",
    demo="fondaco_sourcing.demo:furnish",
    templates="fondaco_sourcing:templates",
    locales="fondaco_sourcing:locales",
    permissions=(
        Permission(
            VIEW,
            Text("Видеть сроки и источники", "See dates and sources"),
            ("manager", "head_of_sales", "site_admin"),
        ),
        Permission(
            EDIT,
            Text("Вести календари, рейсы и поступления", "Keep calendars, transfers and lots"),
            ("head_of_sales", "site_admin"),
        ),
    ),
    routes=(
        _staff("GET", STAFF, "place_pages:places", VIEW),
        _staff("GET", f"{PLACES}/new", "place_pages:new_place"),
        _staff("POST", f"{PLACES}/new", "place_pages:add_place"),
        _staff("GET", _PLACE, "place_pages:place", VIEW),
        _staff("POST", _PLACE, "place_pages:change_place"),
        _staff("POST", f"{_PLACE}/days", "day_pages:add_day"),
        _staff("POST", f"{_DAY}/remove", "day_pages:remove_day"),
        _staff("POST", f"{_DAY}/restore", "day_pages:restore_day"),
        _staff("GET", TRANSFERS, "transfer_pages:transfers", VIEW),
        _staff("POST", TRANSFERS, "transfer_pages:add_transfer"),
        _staff("GET", _TRANSFER, "transfer_pages:transfer"),
        _staff("POST", _TRANSFER, "transfer_pages:change_transfer"),
        _staff("POST", f"{_TRANSFER}/remove", "transfer_pages:remove_transfer"),
        _staff("POST", f"{_TRANSFER}/restore", "transfer_pages:restore_transfer"),
        _staff("GET", LOTS, "lot_pages:lots", VIEW),
        _staff("POST", LOTS, "lot_pages:save_lot"),
        _staff("POST", f"{LOTS}/arrived", "lot_pages:lot_arrived"),
        _staff("POST", f"{LOTS}/remove", "lot_pages:remove_lot"),
        _staff("POST", f"{LOTS}/restore", "lot_pages:restore_lot"),
        _staff("GET", OUTLETS, "branch_pages:outlets", VIEW),
        _staff("GET", _OUTLET, "branch_pages:outlet"),
        _staff("POST", _OUTLET, "branch_pages:change_outlet"),
        _staff("POST", f"{_OUTLET}/restore", "branch_pages:restore_outlet"),
    ),
    nav=(Nav(Text("Сроки и источники", "Dates and sources"), STAFF, "truck", VIEW),),
    inbound=(
        Inbound(
            "lots",
            "fondaco_sourcing.erp:take_lots",
            "fondaco_sourcing.erp:LotRecord",
            Text("Ожидаемые поступления из учётной системы", "Expected lots from the ERP"),
        ),
        Inbound(
            "outlets",
            "fondaco_sourcing.erp_outlets:take_outlets",
            "fondaco_sourcing.erp_outlets:OutletRecord",
            Text("Какие филиалы обслуживают точку", "Which branches serve an outlet"),
        ),
    ),
    invariants=(
        Invariant(
            "no_circle_of_transfers",
            "with recursive reached(start, place) as ("
            " select source_id, target_id from plugin_sourcing.transfer where removed_at is null"
            " union select r.start, t.target_id from reached r"
            " join plugin_sourcing.transfer t on t.source_id = r.place and t.removed_at is null)"
            " select start from reached where start = place",
            Text("Рейсы не идут по кругу", "Transfers do not go in a circle"),
        ),
    ),
)
