"""Bank statements: what came to our accounts, and which orders it is for."""
