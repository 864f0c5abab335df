"""What the plugin is. Read at every start, so it names its functions and imports none of them."""

from fondaco_sdk.manifest import Nav, Permission, Plugin, Route, Text

STAFF = "/staff/fleet"
DAYS = f"{STAFF}/days"
_ZONE = f"{STAFF}/zones/{{zone:uuid}}"
_DAY = f"{DAYS}/{{day:uuid}}"
VIEW, EDIT = "delivery_fleet.view", "delivery_fleet.edit"


def _staff(method: str, path: str, function: str, policy: str = EDIT) -> Route:
    return Route(method, path, f"fondaco_delivery_fleet.{function}", policy)  # type: ignore[arg-type]


plugin = Plugin(
    name="delivery_fleet",
    version="0.1.0",
    title=Text("Собственная доставка", "Own fleet"),
    hooks="fondaco_delivery_fleet.hooks",
    settings="fondaco_delivery_fleet.settings:FleetSettings",
    migrations="fondaco_delivery_fleet",
    demo="fondaco_delivery_fleet.demo:furnish",
    templates="fondaco_delivery_fleet:templates",
    locales="fondaco_delivery_fleet:locales",
    permissions=(
        Permission(
            VIEW,
            Text("Видеть зоны доставки", "See the delivery zones"),
            ("manager", "head_of_sales", "site_admin"),
        ),
        Permission(
            EDIT,
            Text("Вести зоны доставки и их цены", "Keep the delivery zones and their prices"),
            ("head_of_sales", "site_admin"),
        ),
    ),
    routes=(
        _staff("GET", STAFF, "pages:zones", VIEW),
        _staff("POST", STAFF, "pages:add_zone"),
        _staff("GET", _ZONE, "pages:zone"),
        _staff("POST", _ZONE, "pages:change_zone"),
        _staff("POST", f"{_ZONE}/remove", "pages:remove_zone"),
        _staff("POST", f"{_ZONE}/restore", "pages:restore_zone"),
        _staff("GET", DAYS, "day_pages:days", VIEW),
        _staff("POST", DAYS, "day_pages:add_day"),
        _staff("POST", f"{_DAY}/remove", "day_pages:remove_day"),
        _staff("POST", f"{_DAY}/restore", "day_pages:restore_day"),
    ),
    nav=(Nav(Text("Зоны доставки", "Delivery zones"), STAFF, "map-pin", VIEW),),
)
