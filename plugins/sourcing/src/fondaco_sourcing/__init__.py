"""Sourcing: calendars, transfers, partners and inbound lots: from where, by when, and why."""
