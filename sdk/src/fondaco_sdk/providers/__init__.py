"""Whole services, one per name, chosen in the settings and registered by a manifest's `Provider`."""
