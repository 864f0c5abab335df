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

TIERS = "/p/loyalty"

plugin = Plugin(
    name="loyalty",
    version="0.1.0",
    title=Text("Статусы клиентов", "Customer statuses"),
    hooks="fondaco_loyalty.hooks",
    settings="fondaco_loyalty.settings:LoyaltySettings",
    migrations="fondaco_loyalty",
    journals=("turnover",),
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
    ),
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
    ),
    nav=(
        Nav(Text("Мой статус", "My status"), "/loyalty", "star", "loyalty.view", "customer"),
        Nav(Text("Статусы клиентов", "Customer statuses"), TIERS, "star", "loyalty.edit"),
    ),
    slots=(
        Slot("cart.summary", "fondaco_loyalty.slots:cart_summary"),
        Slot("order.aside", "fondaco_loyalty.slots:order_aside"),
    ),
    subscriptions=(
        On("order.placed.v1", "fondaco_loyalty.orders:follow_order"),
        On("order.cancelled.v1", "fondaco_loyalty.orders:follow_order"),
    ),
    inbound=(
        Inbound(
            "turnover",
            "fondaco_loyalty.erp:take_turnover",
            "fondaco_loyalty.erp:TurnoverRecord",
            Text("Оборот клиентов из учётной системы", "Customers' turnover from the ERP"),
        ),
    ),
    invariants=(
        Invariant(
            "cancelled_orders_weigh_nothing",
            "select document from plugin_loyalty.turnover where kind in ('order', 'cancellation')"
            " group by document"
            " having count(*) filter (where kind = 'cancellation') > 0 and sum(amount) <> 0",
            Text(
                "Отменённый заказ не оставляет следа в обороте",
                "A cancelled order leaves nothing in the turnover",
            ),
        ),
        Invariant(
            "orders_count_for_their_company",
            "select t.id from plugin_loyalty.turnover t"
            " join fondaco_api.order_v1 o on o.uuid = t.order_uuid"
            " where o.company_id <> t.company_id",
            Text(
                "Заказ входит в оборот той компании, которая его сделала",
                "An order counts for the company that placed it",
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
