"""Exchange with 1C: CommerceML as packages and over HTTP («Обмен с сайтом»), and RabbitMQ."""

from fondaco_erp_1c.rabbit.declared import PUBLICATIONS, QUEUES
from fondaco_sdk.manifest import (
    Auth,
    Command,
    Importer,
    Inbound,
    Invariant,
    Nav,
    On,
    Permission,
    Plugin,
    Provider,
    Route,
    Task,
    Text,
)

SESSIONS = "/p/erp_1c/sessions"
VIEW = "erp_1c.view"
_LARGEST_PIECE = 210_000_000


def _door(method: str, path: str) -> Route:
    return Route(
        method,  # type: ignore[arg-type]
        path,
        "fondaco_erp_1c.http.door:exchange",
        "exchange",
        Auth.BASIC,
        max_body=_LARGEST_PIECE,
        failed="fondaco_erp_1c.http.answers:failed",
    )


plugin = Plugin(
    name="erp_1c",
    version="0.1.0",
    title=Text("Обмен с 1С", "Exchange with 1C"),
    settings="fondaco_erp_1c.settings:Erp1cSettings",
    migrations="fondaco_erp_1c",
    templates="fondaco_erp_1c:templates",
    locales="fondaco_erp_1c:locales",
    importers=(
        Importer(
            name="commerceml",
            title=Text("Выгрузка 1С (CommerceML)", "Export of 1C (CommerceML)"),
            reader="fondaco_erp_1c.importer:read",
            images="fondaco_erp_1c.importer:images",
            accepts=(".xml", ".zip"),
            apart=True,
        ),
    ),
    permissions=(
        Permission(
            VIEW,
            Text("Видеть сеансы обмена с 1С", "See the sessions of the exchange with 1C"),
            ("site_admin",),
        ),
    ),
    # The older modules of 1C insist on the ending.
    routes=(
        *(
            _door(method, path)
            for path in ("/1c_exchange", "/1c_exchange.php")
            for method in ("GET", "POST")
        ),
        Route("GET", SESSIONS, "fondaco_erp_1c.http.pages:sessions", VIEW),
        Route("GET", f"{SESSIONS}/{{uuid:uuid}}", "fondaco_erp_1c.http.pages:session", VIEW),
    ),
    nav=(Nav(Text("Обмен с 1С", "Exchange with 1C"), SESSIONS, "arrows-exchange", VIEW),),
    tasks=(
        Task(
            "partners",
            "fondaco_erp_1c.http.counterparties:take_partners",
            "fondaco_erp_1c.http.counterparties:TakePartners",
        ),
        Task(
            "payment",
            "fondaco_erp_1c.http.paying:take_payment",
            "fondaco_erp_1c.http.paying:TakePayment",
        ),
        Task(
            "tidy",
            "fondaco_erp_1c.http.tidying:tidy_sessions",
            "fondaco_erp_1c.http.tidying:Tidy",
            cron="20 1 * * *",
        ),
    ),
    subscriptions=(
        On("order.placed.v1", "fondaco_erp_1c.http.outgoing:placed"),
        On("order.state_changed.v1", "fondaco_erp_1c.http.outgoing:moved"),
        On("order.amended.v1", "fondaco_erp_1c.http.outgoing:amended"),
        On("order.change_answered.v1", "fondaco_erp_1c.http.outgoing:answered"),
        On("order.payment_changed.v1", "fondaco_erp_1c.http.outgoing:paid_otherwise"),
        On("payment.received.v1", "fondaco_erp_1c.http.outgoing:paid"),
        On("payment.refunded.v1", "fondaco_erp_1c.http.outgoing:paid"),
    ),
    commands=(
        Command(
            "erp-sim",
            "fondaco_erp_1c.sim.command:main",
            Text(
                "играет 1С: `sleep` усыпляет её, `wake` будит, `status` говорит, что в ней есть",
                "plays 1C: `sleep` puts it to sleep, `wake` wakes it, `status` says what it has",
            ),
            demo=("run", "--trade", "60"),
            demo_settings={
                "live": {
                    "url": "http://127.0.0.1:{port}/hs/fondaco",
                    "login": "portal",
                    "password": "played",
                }
            },
            calls=True,
        ),
    ),
    providers=(Provider("erp", "1c", "fondaco_erp_1c.live.service:create"),),
    inbound=(
        Inbound(
            "order_lines",
            "fondaco_erp_1c.lines:take_order_lines",
            "fondaco_erp_1c.lines:OrderLinesRecord",
            Text("Состав заказов портала", "Lines of the portal's orders"),
        ),
    ),
    queues=QUEUES,
    publications=PUBLICATIONS,
    invariants=(
        Invariant(
            "confirmed_was_offered",
            "select order_id from plugin_erp_1c.order_sync"
            " where confirmed > version or offered > version",
            Text("1С подтвердила только то, что получила", "1C confirmed only what it was offered"),
        ),
    ),
)
