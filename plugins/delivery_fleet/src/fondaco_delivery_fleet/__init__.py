"""Own fleet: zones with their days and prices, offered at the checkout."""
