"""The shop of these tests."""

from live_fixtures import buyer, erp, opened_shop, settings, shop, staff

__all__ = ("buyer", "erp", "opened_shop", "settings", "shop", "staff")
