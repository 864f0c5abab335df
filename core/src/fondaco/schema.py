"""Imports every room's tables, so that the one MetaData is whole (for migrations and tests)."""

from fondaco.assortments import tables as assortments
from fondaco.availability import tables as availability
from fondaco.cart import tables as cart
from fondaco.catalog import tables as catalog
from fondaco.customers import tables as customers
from fondaco.db.columns import metadata
from fondaco.delivery import tables as delivery
from fondaco.documents import tables as documents
from fondaco.exchange import tables as exchange
from fondaco.exchange.staging import tables as staging
from fondaco.files import tables as files
from fondaco.identity import tables as identity
from fondaco.intake import tables as intake
from fondaco.lists import tables as lists
from fondaco.lookup import tables as lookup
from fondaco.orders import tables as orders
from fondaco.orders.bank import tables as bank
from fondaco.orders.payments import tables as payments
from fondaco.pricing import tables as pricing
from fondaco.search import tables as search
from fondaco.substitutes import tables as substitutes

__all__ = [
    "assortments",
    "availability",
    "bank",
    "cart",
    "catalog",
    "customers",
    "delivery",
    "documents",
    "exchange",
    "files",
    "identity",
    "intake",
    "lists",
    "lookup",
    "metadata",
    "orders",
    "payments",
    "pricing",
    "search",
    "staging",
    "substitutes",
]
