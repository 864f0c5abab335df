"""What became of records that the ERP sent for a plugin."""

from msgspec import Struct

from fondaco_sdk.types.reason import Reason


class Unmatched(Struct, frozen=True):
    """A record that had no effect, and why.

    `record` is its place among the records handed over, from 0; `reference` is what a person can
    look for: an id, a number, a name.
    """

    record: int
    reference: str
    reason: Reason


class Report(Struct, frozen=True):
    """`accepted` counts the records that are in force, also those that were known already."""

    accepted: int
    unmatched: tuple[Unmatched, ...] = ()
