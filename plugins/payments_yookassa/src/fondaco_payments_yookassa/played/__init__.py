"""Plays YooKassa for the demo: its API, and a page that says it is a played bank."""
