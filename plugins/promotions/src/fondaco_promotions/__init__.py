"""Promotions: campaigns with dates, goods and customers; automatic or by code; with limits."""
