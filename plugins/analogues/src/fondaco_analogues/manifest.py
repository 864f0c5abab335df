"""What the plugin is. Read at every start, so it names its functions and imports none of them."""

from fondaco_sdk.manifest import Invariant, Nav, Permission, Plugin, Route, Task, Text

HOME = "/p/analogues"
PRODUCT = f"{HOME}/products/{{product:uuid}}"
REFERENCE = f"{PRODUCT}/references/{{reference:uuid}}"
FILES = f"{HOME}/files"
FILE = f"{FILES}/{{upload:uuid}}"
WANTED = f"{HOME}/wanted"
VIEW, EDIT = "analogue.view", "analogue.edit"
MOST_UPLOADED = 110_000_000
_THIS_FILE = "fondaco_analogues.files:ThisFile"


def _staff(method: str, path: str, function: str, policy: str = EDIT, **more: int) -> Route:
    return Route(method, path, f"fondaco_analogues.{function}", policy, **more)  # type: ignore[arg-type]


plugin = Plugin(
    name="analogues",
    version="0.1.0",
    title=Text("Аналоги", "Analogues"),
    hooks="fondaco_analogues.hooks",
    migrations="fondaco_analogues",
    demo="fondaco_analogues.demo:furnish",
    templates="fondaco_analogues:templates",
    locales="fondaco_analogues:locales",
    permissions=(
        Permission(
            VIEW,
            Text("Видеть аналоги", "See analogues"),
            ("manager", "head_of_sales", "site_admin"),
        ),
        Permission(EDIT, Text("Вести аналоги", "Keep analogues"), ("head_of_sales", "site_admin")),
    ),
    routes=(
        _staff("GET", HOME, "staff_pages:home", VIEW),
        _staff("GET", PRODUCT, "staff_pages:product", VIEW),
        _staff("POST", f"{PRODUCT}/add", "staff_pages:add_reference"),
        _staff("POST", f"{REFERENCE}/end", "staff_pages:end_reference"),
        _staff("POST", f"{REFERENCE}/resume", "staff_pages:resume_reference"),
        _staff("GET", WANTED, "wanted:wanted", VIEW),
        _staff("GET", f"{WANTED}.xlsx", "wanted:wanted_file", VIEW),
        _staff("GET", FILES, "file_pages:files_page"),
        _staff("POST", FILES, "file_pages:take_file", max_body=MOST_UPLOADED),
        _staff("GET", f"{FILES}/sample.xlsx", "file_pages:sample"),
        _staff("GET", FILE, "file_pages:file"),
        _staff("GET", f"{FILE}/progress", "file_pages:progress"),
        _staff("POST", f"{FILE}/apply", "file_pages:apply_file"),
        _staff("GET", f"{FILE}/refused.xlsx", "file_pages:refused"),
    ),
    tasks=(
        Task("read", "fondaco_analogues.files:read_file", _THIS_FILE),
        Task("apply", "fondaco_analogues.files:apply_file", _THIS_FILE),
    ),
    nav=(Nav(Text("Аналоги", "Analogues"), HOME, "replace", VIEW),),
    invariants=(
        Invariant(
            "both_sides_are_there",
            "select r.id from plugin_analogues.reference r"
            " left join fondaco_api.product_v1 p on p.id = r.product_id"
            " left join fondaco_api.product_v1 o on o.id = r.other_id"
            " where p.id is null or (r.other_id is not null and o.id is null)",
            Text("Обе стороны ссылки есть в каталоге", "Both sides of a reference are there"),
        ),
    ),
)
