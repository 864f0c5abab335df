"""Texts from outside as PostgreSQL can store them."""


def storable(value: str, most: int) -> str:
    """Without the character NUL and halves of characters, at most `most` characters."""
    return value.replace("\0", "").encode("utf-8", "replace").decode()[:most]
