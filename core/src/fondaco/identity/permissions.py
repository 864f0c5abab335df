"""The kernel's permissions, and which role holds what."""

from collections.abc import Iterable, Mapping

from fondaco_sdk.manifest import Permission

BUYER_SIDE = {
    "catalog.view": ("buyer", "approver", "accountant", "company_admin"),
    "order.place": ("buyer", "approver", "company_admin"),
    "outlet.add": ("buyer", "approver", "company_admin"),
    "order.view": ("buyer", "approver", "accountant", "company_admin"),
    "order.approve": ("approver", "company_admin"),
    "document.view": ("buyer", "approver", "accountant", "company_admin"),
    "document.issue": ("accountant", "company_admin"),
    "list.keep": ("buyer", "approver", "accountant", "company_admin"),
    "token.manage": ("company_admin", "buyer"),
    "people.manage": ("company_admin",),
    "limit.manage": ("company_admin",),
}
STAFF_SIDE = {
    "catalog.view": ("manager", "head_of_sales", "picker", "site_admin"),
    "order.view": ("manager", "head_of_sales", "site_admin"),
    "order.approve": ("manager", "head_of_sales", "site_admin"),
    "customer.view": ("manager", "head_of_sales", "site_admin"),
    "customer.manage": ("manager", "head_of_sales", "site_admin"),
    "customer.manage_all": ("head_of_sales", "site_admin"),
    "customer.act": ("manager", "head_of_sales"),
    "order.move": ("manager", "head_of_sales", "site_admin"),
    "order.keep": ("manager", "head_of_sales", "site_admin"),
    "payment.record": ("head_of_sales", "site_admin"),
    "payment.refund": ("head_of_sales", "site_admin"),
    "payment.statement": ("head_of_sales", "site_admin"),
    "stock.holds": ("manager", "head_of_sales", "site_admin"),
    "document.view": ("manager", "head_of_sales", "site_admin"),
    "document.issue": ("manager", "head_of_sales", "site_admin"),
    "document.send": ("manager", "head_of_sales", "site_admin"),
    "staff.area": ("manager", "head_of_sales", "picker", "site_admin"),
    "assortment.view": ("manager", "head_of_sales", "site_admin"),
    "assortment.edit": ("head_of_sales", "site_admin"),
    "price.view": ("manager", "head_of_sales", "site_admin"),
    "price.edit": ("head_of_sales", "site_admin"),
    "price.manual": ("manager", "head_of_sales"),
    "price.manual_most": ("head_of_sales",),
    "price.cost": ("head_of_sales", "site_admin"),
    "import.run": ("site_admin",),
    "exchange.write": ("site_admin",),
    "machine.manage": ("site_admin",),
    "token.manage": ("site_admin",),
    "trace.view": ("site_admin",),
    "plugin.view": ("site_admin",),
}
# What a program with a login of its own may do: it has no role.
MACHINE_SIDE = ("exchange", "exchange.write")
APPROVING_ROLES = BUYER_SIDE["order.approve"]
COMPANY_ROLES = ("buyer", "approver", "accountant", "company_admin")
ON_BEHALF = "customer.act"
# What staff keep of their own while they work for a customer.
KEPT_ON_BEHALF = frozenset(("price.manual", "price.manual_most", "price.cost"))
# A token of a program outlives the acting, and belongs to the person.
NOT_ON_BEHALF = frozenset(("token.manage",))
STAFF_ROLES = frozenset(("manager", "head_of_sales", "picker", "site_admin"))

PERMISSIONS = frozenset((*BUYER_SIDE, *STAFF_SIDE, *MACHINE_SIDE))


def permissions_of(
    roles: Iterable[str], plugins: Mapping[str, Permission] | None = None
) -> frozenset[str]:
    """What the holder of `roles` may do, with the permissions that plugins bring."""
    held = frozenset(roles)
    own = {
        name
        for side in (BUYER_SIDE, STAFF_SIDE)
        for name, allowed in side.items()
        if held & set(allowed)
    }
    brought = {name for name, q in (plugins or {}).items() if held & set(q.roles)}
    return frozenset(own | brought)


def permissions_on_behalf(
    held: frozenset[str], plugins: Mapping[str, Permission] | None = None
) -> frozenset[str]:
    """What staff with the permissions `held` may do while they work for a customer."""
    return permissions_of(("buyer",), plugins) - NOT_ON_BEHALF | held & KEPT_ON_BEHALF
