"""Credit limits: what a customer may owe, what it owes, and when it has to pay."""
