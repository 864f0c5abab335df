"""What the plugin is. Read at every start, so it names its functions and imports none of them."""

from fondaco_sdk.manifest import ApiRoute, Invariant, Nav, On, Permission, Plugin, Route, Slot, Text

STAFF = "/staff/promotions"
ONE = f"{STAFF}/{{campaign:uuid}}"
CODE = "/cart/promo-code"
VIEW, EDIT, USE = "promotion.view", "promotion.edit", "promotion.use"


def _staff(method: str, path: str, function: str, policy: str = EDIT) -> Route:
    return Route(method, path, f"fondaco_promotions.{function}", policy)  # type: ignore[arg-type]


plugin = Plugin(
    name="promotions",
    version="0.1.0",
    title=Text("Акции и промокоды", "Promotions and promo codes"),
    hooks="fondaco_promotions.hooks",
    migrations="fondaco_promotions",
    journals=("use_entry",),
    demo="fondaco_promotions.demo:furnish",
    templates="fondaco_promotions:templates",
    locales="fondaco_promotions:locales",
    sql_budget={"order_placing": 2},
    permissions=(
        Permission(
            USE,
            Text("Применять промокоды", "Use promo codes"),
            ("buyer", "approver", "company_admin", "manager", "head_of_sales"),
        ),
        Permission(
            VIEW, Text("Видеть акции", "See promotions"), ("manager", "head_of_sales", "site_admin")
        ),
        Permission(EDIT, Text("Вести акции", "Run promotions"), ("head_of_sales", "site_admin")),
    ),
    routes=(
        Route("POST", "/promotions/code", "fondaco_promotions.code_pages:use_code", USE),
        Route("POST", "/promotions/code/remove", "fondaco_promotions.code_pages:drop_code", USE),
        _staff("GET", STAFF, "staff_pages:campaigns", VIEW),
        _staff("GET", f"{STAFF}/new", "edit_pages:new_campaign"),
        _staff("POST", f"{STAFF}/new", "edit_pages:add_campaign"),
        _staff("GET", ONE, "staff_pages:campaign", VIEW),
        _staff("GET", f"{ONE}/edit", "edit_pages:edit_campaign"),
        _staff("POST", f"{ONE}/edit", "edit_pages:change_campaign"),
        _staff("POST", f"{ONE}/pause", "staff_pages:pause"),
        _staff("POST", f"{ONE}/resume", "staff_pages:resume"),
        _staff("POST", f"{ONE}/end", "staff_pages:end"),
        _staff("POST", f"{ONE}/remove", "staff_pages:remove"),
        _staff("POST", f"{ONE}/restore", "staff_pages:restore"),
        _staff("POST", f"{ONE}/code", "staff_codes:add_code"),
        _staff("POST", f"{ONE}/codes", "staff_codes:generate_codes"),
        _staff("POST", f"{ONE}/codes.xlsx", "staff_codes:codes_file"),
    ),
    api=(
        ApiRoute(
            "GET",
            CODE,
            "fondaco_promotions.code_api:read_code",
            USE,
            "The promo code of the cart and what it does",
        ),
        ApiRoute(
            "PUT", CODE, "fondaco_promotions.code_api:set_code", USE, "Use a promo code in the cart"
        ),
        ApiRoute(
            "DELETE",
            CODE,
            "fondaco_promotions.code_api:remove_code",
            USE,
            "Take the promo code out of the cart",
        ),
    ),
    nav=(Nav(Text("Акции", "Promotions"), STAFF, "discount", VIEW),),
    slots=(Slot("cart.summary", "fondaco_promotions.slots:cart_summary"),),
    subscriptions=(
        On("order.cancelled.v1", "fondaco_promotions.uses:follow_cancellation"),
        On("companies.merged.v1", "fondaco_promotions.merging:follow_merge"),
    ),
    invariants=(
        Invariant(
            "limits_hold",
            "select c.id from plugin_promotions.campaign c"
            " join plugin_promotions.use_entry u on u.campaign_id = c.id"
            " group by c.id, c.limit_total having sum(u.weight) > c.limit_total",
            Text("Акция не применена больше раз, чем разрешено", "No campaign is over its limit"),
        ),
        Invariant(
            "codes_are_used_as_often_as_allowed",
            "select d.id from plugin_promotions.code d"
            " join plugin_promotions.use_entry u on u.code_id = d.id"
            " group by d.id, d.most having sum(u.weight) > d.most",
            Text("Промокод не применён больше раз, чем разрешено", "No code is over its limit"),
        ),
        Invariant(
            "given_back_is_what_was_used",
            "select b.id from plugin_promotions.use_entry b"
            " left join plugin_promotions.use_entry u on u.kind in ('use', 'moved_in')"
            " and u.campaign_id = b.campaign_id and u.order_uuid = b.order_uuid"
            " and u.company_id = b.company_id and u.code_id is not distinct from b.code_id"
            " where b.kind = 'back' and u.id is null",
            Text("Возвращено только то, что было применено", "Only what was used was given back"),
        ),
    ),
)
