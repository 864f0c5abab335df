"""Paying by YooKassa."""
