"""The headers of the sections: what the records that follow belong to."""

from fondaco_erp_1c.commerceml.tree import LOCAL, Element, texts
from fondaco_erp_1c.commerceml.values import clean, flag, ident, moment
from fondaco_sdk.types.records import PackageRecord, Section

_SECTIONS = {
    "Классификатор": Section.CLASSIFIER,
    "Каталог": Section.CATALOG,
    "ПакетПредложений": Section.OFFERS,
    "ИзмененияПакетаПредложений": Section.OFFERS,
}
_ONLY_CHANGES = "СодержитТолькоИзменения"


class Headers:
    """Makes one PackageRecord a section, from what stands before its first record."""

    def __init__(self, root: Element) -> None:
        self._schema_version = clean(root.get("ВерсияСхемы"))
        self._generated_at = moment(root.get("ДатаФормирования"))
        self._opened: Element = None

    def open(self, section: Element, *, with_records: bool) -> PackageRecord | None:
        """The header of the section, the first time it is asked for.

        Only an explicit `false` makes a snapshot: what does not say that it is one, or holds
        nothing, must never empty the shop.
        """
        if section is self._opened:
            return None
        self._opened = section
        name, known = LOCAL[section.tag], texts(section)
        only_changes = flag(section.get(_ONLY_CHANGES) or known.get(_ONLY_CHANGES))
        return PackageRecord(
            row=section.sourceline,
            section=_SECTIONS[name],
            full=with_records and only_changes is False and name != "ИзмененияПакетаПредложений",
            catalog_id=ident(known.get("ИдКаталога")) or ident(known.get("Ид")).strip("#"),
            schema_version=self._schema_version,
            generated_at=self._generated_at,
        )
