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
    Task,
    Text,
)

TIERS = "/p/loyalty"
SCALE = f"{TIERS}/scale"
CUSTOMERS = f"{TIERS}/customers"
PASTE = f"{TIERS}/paste"
FILES = f"{TIERS}/files"
_FILE = f"{FILES}/{{upload:uuid}}"
MOST_UPLOADED = 12_000_000
_ONE = f"{CUSTOMERS}/{{company:uuid}}"
VIEW, EDIT, ADJUST, SPEND = "loyalty.view", "loyalty.edit", "loyalty.adjust", "loyalty.spend"

plugin = Plugin(
    name="loyalty",
    version="0.1.0",
    title=Text("Статусы и бонусы клиентов", "Customers' statuses and points"),
    hooks="fondaco_loyalty.hooks",
    settings="fondaco_loyalty.settings:LoyaltySettings",
    migrations="fondaco_loyalty",
    journals=("turnover", "points", "points_part"),
    demo="fondaco_loyalty.demo:furnish",
    templates="fondaco_loyalty:templates",
    locales="fondaco_loyalty:locales",
    permissions=(
        Permission(
            "loyalty.view",
            Text("Видеть статус своей компании", "See the status of one's own company"),
            ("buyer", "approver", "accountant", "company_admin"),
        ),
        Permission(
            "loyalty.edit",
            Text("Менять статусы и скидки", "Change statuses and discounts"),
            ("head_of_sales", "site_admin"),
        ),
        Permission(
            ADJUST,
            Text("Назначать статусы и менять бонусы", "Give statuses and change points"),
            ("head_of_sales", "site_admin"),
        ),
        Permission(
            SPEND,
            Text("Оплачивать заказы бонусами", "Pay for orders with points"),
            ("buyer", "approver", "company_admin", "manager", "head_of_sales"),
        ),
    ),
    sql_budget={"order_placing": 4},
    routes=(
        Route("GET", "/loyalty", "fondaco_loyalty.my_status:my_status", "loyalty.view"),
        Route("GET", TIERS, "fondaco_loyalty.tier_pages:tiers", "loyalty.edit"),
        Route("POST", f"{TIERS}/tiers", "fondaco_loyalty.tier_pages:add_tier", "loyalty.edit"),
        Route(
            "GET",
            f"{TIERS}/tiers/{{tier:uuid}}",
            "fondaco_loyalty.tier_pages:edit_tier",
            "loyalty.edit",
        ),
        Route(
            "POST",
            f"{TIERS}/tiers/{{tier:uuid}}",
            "fondaco_loyalty.tier_pages:change_tier",
            "loyalty.edit",
        ),
        Route(
            "POST",
            f"{TIERS}/tiers/{{tier:uuid}}/remove",
            "fondaco_loyalty.tier_pages:remove_tier",
            "loyalty.edit",
        ),
        Route(
            "POST",
            f"{TIERS}/tiers/{{tier:uuid}}/restore",
            "fondaco_loyalty.tier_pages:restore_tier",
            "loyalty.edit",
        ),
        Route("POST", "/loyalty/points", "fondaco_loyalty.cart_points:use_points", SPEND),
        Route("POST", "/loyalty/points/remove", "fondaco_loyalty.cart_points:drop_points", SPEND),
        Route("GET", SCALE, "fondaco_loyalty.scale_pages:scale", EDIT),
        Route("POST", SCALE, "fondaco_loyalty.scale_pages:save_scale", EDIT),
        Route("GET", f"{TIERS}/rules", "fondaco_loyalty.rules_page:rules", EDIT),
        Route("GET", CUSTOMERS, "fondaco_loyalty.customer_pages:customers", ADJUST),
        Route("GET", _ONE, "fondaco_loyalty.customer_pages:customer", ADJUST),
        Route("POST", f"{_ONE}/status", "fondaco_loyalty.customer_pages:give_status", ADJUST),
        Route(
            "POST",
            f"{_ONE}/status/{{given:uuid}}/end",
            "fondaco_loyalty.customer_pages:end_status",
            ADJUST,
        ),
        Route(
            "POST",
            f"{_ONE}/status/{{given:uuid}}/resume",
            "fondaco_loyalty.customer_pages:resume_status",
            ADJUST,
        ),
        Route("POST", f"{_ONE}/points", "fondaco_loyalty.customer_pages:adjust_points", ADJUST),
        Route("GET", PASTE, "fondaco_loyalty.paste_page:paste", ADJUST),
        Route("POST", PASTE, "fondaco_loyalty.paste_page:take_pasted", ADJUST),
        Route(
            "POST",
            FILES,
            "fondaco_loyalty.file_pages:take_file",
            ADJUST,
            max_body=MOST_UPLOADED,
        ),
        Route("GET", f"{FILES}/sample.xlsx", "fondaco_loyalty.file_pages:sample", ADJUST),
        Route("GET", _FILE, "fondaco_loyalty.file_pages:file", ADJUST),
        Route("POST", f"{_FILE}/apply", "fondaco_loyalty.file_pages:apply_file", ADJUST),
        Route("GET", f"{_FILE}/refused.xlsx", "fondaco_loyalty.file_pages:refused", ADJUST),
    ),
    nav=(
        Nav(Text("Мой статус", "My status"), "/loyalty", "star", "loyalty.view", "customer"),
        Nav(Text("Статусы и бонусы", "Statuses and points"), TIERS, "star", "loyalty.edit"),
    ),
    slots=(
        Slot("cart.summary", "fondaco_loyalty.slots:cart_status"),
        Slot("cart.summary", "fondaco_loyalty.slots:cart_points"),
        Slot("order.aside", "fondaco_loyalty.slots:order_aside"),
    ),
    subscriptions=(
        On("order.placed.v1", "fondaco_loyalty.orders:follow_order"),
        On("order.cancelled.v1", "fondaco_loyalty.orders:follow_order"),
        On("order.state_changed.v1", "fondaco_loyalty.earning:follow_points"),
        On("order.cancelled.v1", "fondaco_loyalty.earning:follow_points"),
        On("companies.merged.v1", "fondaco_loyalty.merging:follow_merge"),
    ),
    tasks=(
        Task(
            "loyalty.expire_points",
            "fondaco_loyalty.expiring:expire_points",
            "fondaco_loyalty.expiring:Expire",
            cron="7 * * * *",
        ),
    ),
    inbound=(
        Inbound(
            "turnover",
            "fondaco_loyalty.erp:take_turnover",
            "fondaco_loyalty.erp:TurnoverRecord",
            Text("Оборот клиентов из учётной системы", "Customers' turnover from the ERP"),
        ),
        Inbound(
            "statuses",
            "fondaco_loyalty.assignments:take_statuses",
            "fondaco_loyalty.assignments:StatusRecord",
            Text("Статусы клиентов из учётной системы", "Customers' statuses from the ERP"),
        ),
        Inbound(
            "balances",
            "fondaco_loyalty.balances:take_balances",
            "fondaco_loyalty.balances:BalanceRecord",
            Text("Остатки бонусов из учётной системы", "Balances of points from the ERP"),
        ),
    ),
    invariants=(
        Invariant(
            "cancelled_orders_weigh_nothing",
            "select order_uuid from plugin_loyalty.turnover where order_uuid is not null"
            " group by order_uuid"
            " having count(*) filter (where kind = 'cancellation') > 0 and sum(amount) <> 0",
            Text(
                "Отменённый заказ не оставляет следа в обороте",
                "A cancelled order leaves nothing in the turnover",
            ),
        ),
        Invariant(
            "orders_count_for_their_company",
            "select t.order_uuid from plugin_loyalty.turnover t"
            " join fondaco_api.order_v1 o on o.uuid = t.order_uuid"
            " left join plugin_loyalty.merger m on m.company_id = t.company_id"
            " where o.company_id <> t.company_id"
            " and (m.into_company_id is null or m.into_company_id <> o.company_id)",
            Text(
                "Заказ входит в оборот той компании, которая его сделала",
                "An order counts for the company that placed it",
            ),
        ),
        Invariant(
            "merged_companies_keep_nothing",
            "select m.company_id from plugin_loyalty.merger m"
            " join plugin_loyalty.turnover t on t.company_id = m.company_id"
            " group by m.company_id, t.document having sum(t.amount) <> 0",
            Text(
                "Оборот объединённой компании перешёл целиком",
                "The turnover of a merged company has moved as a whole",
            ),
        ),
        Invariant(
            "balances_are_the_sum_of_entries",
            "select a.id from plugin_loyalty.points_account a"
            " left join plugin_loyalty.points p on p.account_id = a.id group by a.id"
            " having a.balance <> coalesce(sum(p.amount), 0)"
            " or a.debt <> coalesce(sum(p.owed), 0)",
            Text("Остаток бонусов равен сумме записей", "Balances are the sums of their entries"),
        ),
        Invariant(
            "nobody_has_fewer_points_than_none",
            "select lot_id from plugin_loyalty.points_part group by lot_id having sum(amount) < 0"
            " union all select account_id from plugin_loyalty.points group by account_id"
            " having sum(amount) < 0 or sum(owed) < 0",
            Text("Бонусов нигде не меньше нуля", "There are nowhere fewer points than none"),
        ),
        Invariant(
            "entries_are_the_sum_of_their_lots",
            "select e.id from plugin_loyalty.points e"
            " left join plugin_loyalty.points_part p on p.entry_id = e.id"
            " group by e.id having e.amount <> coalesce(sum(p.amount), 0)",
            Text(
                "Каждая запись бонусов разложена по партиям целиком",
                "Every entry of points is wholly in lots",
            ),
        ),
        Invariant(
            "returned_is_what_was_spent",
            "select order_uuid from plugin_loyalty.points where kind in ('spend', 'return')"
            " group by order_uuid having sum(amount) > 0"
            " or (count(*) filter (where kind = 'return') > 0 and sum(amount) <> 0)",
            Text(
                "За отменённый заказ вернулось ровно то, что потрачено",
                "A cancelled order gave back exactly what it was paid with",
            ),
        ),
        Invariant(
            "discounts_grow_with_turnover",
            "select higher.id from plugin_loyalty.tier higher"
            " join plugin_loyalty.tier lower on lower.threshold < higher.threshold"
            " where higher.removed_at is null and lower.removed_at is null"
            " and higher.percent < lower.percent",
            Text(
                "У старшего статуса скидка не меньше, чем у младшего",
                "A higher status has no smaller discount than a lower one",
            ),
        ),
    ),
)
