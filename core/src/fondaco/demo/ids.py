"""Identifiers as 1C makes them, but always the same for the same thing."""

from hashlib import blake2b


def guid(kind: str, name: object) -> str:
    """The GUID of the thing `name` of this kind."""
    digits = blake2b(f"{kind}:{name}".encode(), digest_size=16).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
