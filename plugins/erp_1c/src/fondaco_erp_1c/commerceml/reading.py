"""What the reading of one file remembers and has ready to hand over."""

from fondaco_erp_1c.commerceml.units import Unit
from fondaco_sdk.types.records import ImportRecord, RefusedRecord, UnitRecord

_MOST_UNITS = 1_000
_LONGEST = 120


class Reading:
    """The records read and not yet yielded, and the little that one record must know of others."""

    def __init__(self) -> None:
        self.records: list[ImportRecord] = []
        self.kinds_are_categories = False
        self.last_goods = ""
        self._units: set[str] = set()

    def refuse(self, row: int, code: str, reference: str, **params: str) -> None:
        """Report a record, or a field of one, that could not be read."""
        self.records.append(
            RefusedRecord(
                row=row,
                code=code,
                reference=reference[:_LONGEST],
                params={name: value[:_LONGEST] for name, value in params.items()},
            )
        )

    def unit(self, row: int, unit: Unit) -> None:
        """Report a unit that goods or offers name; to 2.08 there is no other list of units."""
        if not unit.code or unit.code in self._units or len(self._units) >= _MOST_UNITS:
            return
        self._units.add(unit.code)
        if unit.full_name or unit.international:
            self.records.append(
                UnitRecord(
                    row=row,
                    code=unit.code,
                    name=unit.name,
                    full_name=unit.full_name,
                    international=unit.international,
                )
            )
