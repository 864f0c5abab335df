"""How an order is paid: its parts, what has come in for each, and what follows from it."""
