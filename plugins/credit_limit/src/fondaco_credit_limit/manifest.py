"""What the plugin is. Read at every start, so it names its functions and imports none of them."""

from fondaco_sdk.manifest import (
    Inbound,
    Invariant,
    Nav,
    On,
    Permission,
    Plugin,
    Route,
    Slot,
    Text,
)

HOME = "/p/credit_limit"
VIEW, SEE_ALL, EDIT = "credit.view", "credit.see_all", "credit.edit"
_PAGES = "fondaco_credit_limit.staff_pages"
_FOLLOW = "fondaco_credit_limit.following"

plugin = Plugin(
    name="credit_limit",
    version="0.1.0",
    title=Text("Кредитные лимиты", "Credit limits"),
    hooks="fondaco_credit_limit.hooks",
    settings="fondaco_credit_limit.settings:CreditSettings",
    migrations="fondaco_credit_limit",
    journals=("entry",),
    demo="fondaco_credit_limit.demo:furnish",
    templates="fondaco_credit_limit:templates",
    locales="fondaco_credit_limit:locales",
    sql_budget={"order_placing": 3, "payments_changing": 4},
    permissions=(
        Permission(
            VIEW,
            Text("Видеть лимит и долги своей компании", "See the limit and debts of one's company"),
            ("buyer", "approver", "accountant", "company_admin"),
        ),
        Permission(
            SEE_ALL,
            Text("Видеть лимиты и долги клиентов", "See limits and debts of customers"),
            ("manager", "head_of_sales", "site_admin"),
        ),
        Permission(
            EDIT,
            Text("Менять лимиты и условия оплаты", "Change limits and terms of payment"),
            ("head_of_sales", "site_admin"),
        ),
    ),
    routes=(
        Route("GET", "/credit", "fondaco_credit_limit.customer_page:my_credit", VIEW),
        Route("GET", HOME, f"{_PAGES}:accounts", SEE_ALL),
        Route("GET", f"{HOME}/export.xlsx", f"{_PAGES}:export", SEE_ALL),
        Route("GET", f"{HOME}/{{entity:uuid}}", f"{_PAGES}:account", SEE_ALL),
        Route("POST", f"{HOME}/{{entity:uuid}}", f"{_PAGES}:save_terms", EDIT),
    ),
    nav=(
        Nav(Text("Лимит и долги", "Limit and debts"), "/credit", "scale", VIEW, "customer"),
        Nav(Text("Лимиты и долги", "Limits and debts"), HOME, "scale", SEE_ALL),
    ),
    slots=(Slot("order.aside", "fondaco_credit_limit.slots:order_aside"),),
    subscriptions=(
        On("order.cancelled.v1", f"{_FOLLOW}:follow_cancelled"),
        On("order.state_changed.v1", f"{_FOLLOW}:follow_state"),
        On("order.amended.v1", f"{_FOLLOW}:follow_amended"),
        On("payment.received.v1", f"{_FOLLOW}:follow_payment"),
        On("payment.refunded.v1", f"{_FOLLOW}:follow_payment"),
    ),
    inbound=(
        Inbound(
            "limits",
            "fondaco_credit_limit.erp:take_limits",
            "fondaco_credit_limit.erp:CreditRecord",
            Text("Лимиты и долги из учётной системы", "Limits and debts from the ERP"),
        ),
    ),
    invariants=(
        Invariant(
            "balances_are_the_sum_of_entries",
            "select a.legal_entity_id from plugin_credit_limit.account a"
            " left join plugin_credit_limit.entry e on e.legal_entity_id = a.legal_entity_id"
            " group by a.legal_entity_id having a.balance <> coalesce(sum(e.amount), 0)",
            Text("Остаток равен сумме записей", "Balances are the sums of their entries"),
        ),
        Invariant(
            "exposures_are_the_sum_of_debts",
            "select a.legal_entity_id from plugin_credit_limit.account a"
            " left join plugin_credit_limit.debt d on d.legal_entity_id = a.legal_entity_id"
            " group by a.legal_entity_id having a.erp_exposure <> coalesce(sum(d.amount), 0)",
            Text(
                "Долг по учётной системе равен сумме её документов",
                "What the ERP counts is the sum of its documents",
            ),
        ),
        Invariant(
            "cancelled_orders_hold_nothing",
            "select e.order_id from plugin_credit_limit.entry e"
            " join fondaco_api.order_v1 o on o.id = e.order_id and o.state = 'cancelled'"
            " where not exists (select from fondaco.delivery d"
            " where d.subscriber = 'credit_limit:follow_cancelled' and d.state <> 'done')"
            " group by e.order_id having sum(e.amount) > 0",
            Text(
                "Отменённые заказы не занимают лимит",
                "Cancelled orders take nothing of a limit",
            ),
        ),
    ),
)
