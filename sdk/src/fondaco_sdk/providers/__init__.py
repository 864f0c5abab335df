"""Whole services, one per name: registered by a manifest's `Provider`, chosen in the settings."""
