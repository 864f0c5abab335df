"""Which town an address is in, as people write it."""

import re

from fondaco_sdk.types.delivery import Spot

_KIND = re.compile(r"^(?:г|город|пгт|рп|п|пос|поселок|с|село|д|деревня|ст-ца|станица)\.?\s+")


def towns_of(spot: Spot) -> frozenset[str]:
    """What may be the town of an address: its own part, or any part of its text; see `plain`."""
    parts = (spot.city,) if spot.city else spot.text.split(",")
    return frozenset(filter(None, map(plain, parts)))


def plain(town: str) -> str:
    """The name of a town without its kind: «г. Тверь», «Тверь г» and «ТВЕРЬ» are one."""
    bare = " ".join(town.casefold().replace("ё", "е").split())
    return _KIND.sub("", bare).removesuffix(" г").removesuffix(" г.").strip()
