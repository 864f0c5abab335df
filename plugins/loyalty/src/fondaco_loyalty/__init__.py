"""Statuses of customers: who buys more in a rolling period has a discount."""
