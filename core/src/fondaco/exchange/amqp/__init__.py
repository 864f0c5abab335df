"""The broker: what leaves for it, what it brings, and what is declared there.

Works in worker processes only, and only when `amqp_url` is set; nothing inside the portal waits for
it. `link.py` alone speaks the protocol, with `publishing.py` and `consuming.py` as its two sides.
"""
