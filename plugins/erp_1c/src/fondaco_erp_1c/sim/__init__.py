"""Plays 1C for the demo and for tests: its client of the exchange, its books, its rounds."""
