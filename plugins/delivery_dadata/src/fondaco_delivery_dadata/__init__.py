"""Addresses, companies and banks from DaData."""
