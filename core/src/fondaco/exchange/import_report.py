"""The report of an import: what was refused or remarked, where, and in whose words."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import text

from fondaco.exchange.importers import dialect_of
from fondaco.exchange.staging.known import PREFIX
from fondaco.hooks.registry import Registry
from fondaco.web.i18n import Translator
from fondaco_sdk.context import Ask

_ROWS = text(
    """
    select id, member, row_number, reference, code, params, warning
      from fondaco.import_refusal
     where run_id = :run and id > :after
       and (cast(:warning as boolean) is null or warning = cast(:warning as boolean))
     order by id limit :most
    """
)
_KINDS = text(
    """
    select split_part(code, '.', 1), count(*) filter (where not warning),
           count(*) filter (where warning)
      from fondaco.import_refusal where run_id = :run group by 1 order by 1
    """
)


class ReportRow(Struct, frozen=True):
    """One row; `row_number` is 0 where the source has no rows."""

    id: int
    member: str
    row_number: int
    reference: str
    code: str
    params: Mapping[str, Any]
    warning: bool


class Kind(Struct, frozen=True):
    """How much of one kind of thing was refused, and how much accepted with a remark."""

    name: str
    refused: int
    remarks: int


async def report_rows(
    ask: Ask, run_id: int, *, after: int = 0, most: int, warning: bool | None = None
) -> Sequence[ReportRow]:
    """Rows in the order in which they were found. `warning` None: of both sorts."""
    found = await ask.fetch(
        _ROWS, {"run": run_id, "after": after, "most": most, "warning": warning}
    )
    return [ReportRow(*row) for row in found]


async def report_kinds(ask: Ask, run_id: int) -> Sequence[Kind]:
    """What the report speaks of, by the first word of its codes."""
    return [Kind(*row) for row in await ask.fetch(_KINDS, {"run": run_id})]


class Explainer:
    """The words of one language for the codes of one run."""

    def __init__(self, tr: Translator, registry: Registry, importer: str) -> None:
        self._tr = tr
        dialect = dialect_of(registry, importer)
        plugin = [f"{dialect.plugin}.refused."] if dialect else []
        self._prefixes = (*plugin, "exchange.import.", "intake.problem.")

    def __call__(self, code: str, params: Mapping[str, Any]) -> str:
        """The plugin's own words, or the kernel's; the code itself if nobody has any."""
        for prefix in self._prefixes:
            try:
                return self._tr(prefix + code, **params)
            except LookupError:
                continue
        return code


def shown_reference(reference: str) -> str:
    """A reference as a person wrote it, without the sign of an article."""
    return reference.removeprefix(PREFIX)
