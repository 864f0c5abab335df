"""What each room brings to the hall: its service, its pages, its part of the API."""

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from litestar.types import ControllerRouterHandler

from fondaco.availability.service import Supply
from fondaco.cart import api as cart_api
from fondaco.cart import article_pages as cart_article_pages
from fondaco.cart import manual_pages as cart_manual_pages
from fondaco.cart import pages as cart_pages
from fondaco.cart import paper_pages as cart_paper_pages
from fondaco.cart import repeat_pages as cart_repeat_pages
from fondaco.cart import replace_pages as cart_replace_pages
from fondaco.cart.deliveries import api as cart_deliveries_api
from fondaco.cart.deliveries import pages as cart_delivery_pages
from fondaco.cart.outlets import api as cart_outlets_api
from fondaco.cart.outlets import pages as cart_outlet_pages
from fondaco.cart.outlets import strokes as cart_outlet_strokes
from fondaco.cart.service import Carts
from fondaco.catalog import pictures as catalog_pictures
from fondaco.catalog.service import Catalog
from fondaco.checkout import api as checkout_api
from fondaco.checkout import pages as checkout_pages
from fondaco.checkout.points import pages as checkout_points
from fondaco.checkout.points import without_script as checkout_points_plain
from fondaco.checkout.service import Checkout
from fondaco.customers import address_pages as customers_addresses
from fondaco.customers import limit_pages as customers_limits
from fondaco.customers import pages as customers_pages
from fondaco.documents import api as documents_api
from fondaco.documents import issue_pages as documents_issue
from fondaco.documents import pages as documents_pages
from fondaco.exchange import api as exchange_api
from fondaco.identity import join_pages as identity_join
from fondaco.identity import pages as identity_pages
from fondaco.identity import people_pages as identity_people
from fondaco.identity import profile as identity_profile
from fondaco.identity import reset_pages as identity_reset
from fondaco.identity.machines import Machines
from fondaco.intake import delivery_shares_pages as intake_delivery_shares_pages
from fondaco.intake import list_pages as intake_list_pages
from fondaco.intake import pages as intake_pages
from fondaco.intake import shares_pages as intake_shares_pages
from fondaco.intake.named_sheets import NamedSheets
from fondaco.lists import api as lists_api
from fondaco.lists import list_pages as lists_list_pages
from fondaco.lists import pages as lists_pages
from fondaco.lists import product_pages as lists_product_pages
from fondaco.lookup import suggesting as lookup_suggesting
from fondaco.orders import api as orders_api
from fondaco.orders import approval_pages as orders_approvals
from fondaco.orders import earlier_pages as orders_earlier_pages
from fondaco.orders import moving_pages as orders_moving
from fondaco.orders import pages as orders_pages
from fondaco.orders.bank import pages as orders_bank
from fondaco.orders.payments import api as payments_api
from fondaco.orders.payments import otherwise_pages as orders_otherwise
from fondaco.orders.payments import pages as orders_payments
from fondaco.orders.payments import staff_pages as orders_payments_staff
from fondaco.orders.payments import stray_pages as orders_strays
from fondaco.orders.payments import webhooks as orders_webhooks
from fondaco.orders.repriced import pages as orders_repriced
from fondaco.orders.requests import api as requests_api
from fondaco.orders.requests import approving_api as requests_approving_api
from fondaco.orders.requests import approving_pages as orders_requests_approving
from fondaco.orders.requests import pages as orders_requests
from fondaco.orders.requests import staff_pages as orders_requests_staff
from fondaco.orders.service import Orders
from fondaco.pricing.service import Pricing
from fondaco.search import api as search_api
from fondaco.search import asking as search_asking
from fondaco.search import buying as search_buying
from fondaco.search import found_api
from fondaco.search import front as search_front
from fondaco.search import pages as search_pages
from fondaco.search import product_page as search_product_page
from fondaco.search import suggesting as search_suggesting
from fondaco.search import when as search_when
from fondaco.search.service import Search
from fondaco.staff import assortments as staff_assortments
from fondaco.staff import behalf as staff_behalf
from fondaco.staff import carriers as staff_carriers
from fondaco.staff import exchange as staff_exchange
from fondaco.staff import handing_over as staff_handing_over
from fondaco.staff import holds as staff_holds
from fondaco.staff import import_columns as staff_import_columns
from fondaco.staff import imports as staff_imports
from fondaco.staff import inbound as staff_inbound
from fondaco.staff import machines as staff_machines
from fondaco.staff import manual_prices as staff_manual_prices
from fondaco.staff import pages as staff_pages
from fondaco.staff import prices as staff_prices
from fondaco.staff import rates as staff_rates
from fondaco.staff import undated as staff_undated
from fondaco.staff.customers import accounts as staff_customer_accounts
from fondaco.staff.customers import agreements as staff_customer_agreements
from fondaco.staff.customers import answers as staff_customer_answers
from fondaco.staff.customers import assortments as staff_customer_assortments
from fondaco.staff.customers import entities as staff_customer_entities
from fondaco.staff.customers import limits as staff_customer_limits
from fondaco.staff.customers import merge as staff_customer_merge
from fondaco.staff.customers import outlets as staff_customer_outlets
from fondaco.staff.customers import pages as staff_customer_pages
from fondaco.staff.customers import people as staff_customer_people
from fondaco.staff.import_desk import ImportDesk
from fondaco.web import format as formats

SERVICES: Mapping[str, Callable[[Any], Any]] = {
    "catalog": Catalog,
    "pricing": Pricing,
    "supply": Supply,
    "orders": Orders,
    "search": Search,
    "cart": Carts,
    "checkout": Checkout,
    "sheets": NamedSheets,
    "imports": ImportDesk,
    "machines": Machines,
    "words": lambda ask: formats,
}

PAGES: Sequence[ModuleType] = (
    identity_pages,
    identity_profile,
    identity_reset,
    identity_join,
    identity_people,
    customers_pages,
    customers_limits,
    customers_addresses,
    lookup_suggesting,
    catalog_pictures,
    search_front,
    search_pages,
    search_suggesting,
    search_product_page,
    search_when,
    search_buying,
    search_asking,
    cart_pages,
    cart_article_pages,
    cart_paper_pages,
    cart_repeat_pages,
    cart_manual_pages,
    cart_replace_pages,
    cart_delivery_pages,
    cart_outlet_pages,
    cart_outlet_strokes,
    checkout_pages,
    checkout_points,
    checkout_points_plain,
    orders_pages,
    orders_earlier_pages,
    orders_approvals,
    orders_moving,
    orders_repriced,
    orders_requests,
    orders_requests_staff,
    orders_requests_approving,
    orders_payments,
    orders_otherwise,
    orders_payments_staff,
    orders_bank,
    orders_strays,
    orders_webhooks,
    documents_pages,
    documents_issue,
    lists_pages,
    lists_list_pages,
    lists_product_pages,
    intake_pages,
    intake_list_pages,
    intake_shares_pages,
    intake_delivery_shares_pages,
    staff_pages,
    staff_customer_pages,
    staff_customer_entities,
    staff_customer_outlets,
    staff_customer_agreements,
    staff_customer_accounts,
    staff_customer_answers,
    staff_customer_limits,
    staff_customer_merge,
    staff_customer_people,
    staff_customer_assortments,
    staff_behalf,
    staff_holds,
    staff_undated,
    staff_imports,
    staff_exchange,
    staff_inbound,
    staff_machines,
    staff_carriers,
    staff_handing_over,
    staff_import_columns,
    staff_prices,
    staff_manual_prices,
    staff_assortments,
    staff_rates,
)

API: Sequence[ControllerRouterHandler] = (
    search_api.list_categories,
    found_api.list_products,
    search_api.read_product,
    cart_api.read_cart,
    cart_api.add_lines,
    cart_api.set_line,
    cart_api.remove_line,
    cart_outlets_api.list_outlets,
    cart_outlets_api.put_shares,
    cart_outlets_api.end_shares,
    cart_deliveries_api.list_targets,
    cart_deliveries_api.set_way,
    cart_deliveries_api.list_deliveries,
    cart_deliveries_api.put_deliveries,
    cart_deliveries_api.end_deliveries,
    checkout_api.list_deliveries,
    checkout_api.place_order,
    orders_api.list_orders,
    orders_api.read_order,
    orders_api.list_earlier,
    orders_api.read_earlier,
    payments_api.list_payments,
    payments_api.pay,
    payments_api.list_other_ways,
    payments_api.choose_other_way,
    requests_api.list_changes,
    requests_api.ask_for_change,
    requests_api.withdraw_change,
    requests_approving_api.approve_growth,
    requests_approving_api.refuse_it,
    orders_api.cancel_order,
    orders_api.approve_order,
    orders_api.refuse_order,
    documents_api.list_all,
    documents_api.read_document,
    documents_api.read_file,
    documents_api.take_file,
    lists_api.list_lists,
    lists_api.create_list,
    lists_api.read_one_list,
    lists_api.change_list,
    lists_api.remove_list,
    lists_api.add_list_lines,
    lists_api.remove_list_line,
    lists_api.list_into_cart,
    exchange_api.take_records,
)
