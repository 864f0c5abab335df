"""Codes as text: how they are made, read and hashed. Pure but for the random numbers."""

import re
import secrets
from hashlib import sha256

# No two of these are taken for each other on paper or on the telephone.
ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
LENGTH = 10
SHORTEST, LONGEST = 4, 32
# Cyrillic letters that look Latin are one with them, so the keyboard's layout does not matter.
_ALIKE = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
_KEY = re.compile(r"[A-ZА-Я0-9]+")


def new_codes(number: int) -> list[str]:
    """So many different random codes, as they are handed out: `AC3D9-XYTRE`."""
    found: set[str] = set()
    while len(found) < number:
        letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        found.add(f"{letters[:5]}-{letters[5:]}")
    return sorted(found)


def key_of(typed: str) -> str:
    """What a typed code means: without case, spaces and hyphens."""
    plain = re.sub(r"[\s\-‐-―_.]", "", typed).upper().replace("Ё", "Е")
    return plain.translate(_ALIKE)


def is_code(key: str) -> bool:
    """Whether a key may be a code: letters and digits, neither short nor long."""
    return SHORTEST <= len(key) <= LONGEST and _KEY.fullmatch(key) is not None


def hash_of(key: str) -> bytes:
    """What is stored of a code."""
    return sha256(key.encode()).digest()


def label_of(code: str) -> str:
    """How a random code is named once it is no longer shown."""
    return f"…{code[-4:]}"
