"""Before the merge: things that the source names twice become one, the later record winning."""

from collections.abc import Mapping, Sequence

from fondaco.exchange.staging.merging import Merging
from fondaco.exchange.staging.tables import RECORDS

_BOOKKEEPING = ("run_id", "seq", "section", "row_number", "deleted")
_KEYS: Mapping[str, Sequence[str]] = {
    "unit": ("code",),
    "category": ("external_id",),
    "attribute": ("external_id",),
    "price_list": ("external_id",),
    "place": ("external_id",),
    "product": ("external_id",),
    "variant": ("external_id",),
    "price": ("offer", "price_list", "min_quantity"),
    "stock": ("offer", "place", "lot"),
}
_WHOLE = ("price", "stock")
"""Of these the last record counts as it is; of the others, the last that says anything."""

_CODES = {"variant": "offer"}

_ANY = """
    select exists (select from fondaco.staging_{name}
                    where run_id = :run group by {keys} having count(*) > 1)
"""
_TWICE = """
    select {keys}, max(seq) as last from fondaco.staging_{name}
     where run_id = :run group by {keys} having count(*) > 1
"""
_IN_ONE_FILE = """
    select d.section, d.row_number, {reference} as reference, '{{}}'::jsonb as params
      from (select d.*, lag(section) over (partition by {keys} order by seq) as before
              from fondaco.staging_{name} d where run_id = :run and row_number > 0) d
     where d.section = d.before
"""
_LAST = """
    update fondaco.staging_{name} t set {columns}
      from (select {keys}, max(seq) as last, {said}
              from fondaco.staging_{name} where run_id = :run
             group by {keys} having count(*) > 1) m
     where t.run_id = :run and t.seq = m.last and t.{keys} = m.{keys}
"""
_DROP = """
    delete from fondaco.staging_{name} t using ({twice}) d
     where t.run_id = :run and t.seq < d.last and {same}
"""


async def settle(merging: Merging) -> int:
    """One row a thing in every staging table; what one file names twice is reported."""
    await merging.analyse(*(t.name.removeprefix("staging_") for t in RECORDS))
    for name, keys in _KEYS.items():
        listed = ", ".join(keys)
        twice = _TWICE.format(name=name, keys=listed)
        if not await merging.scalar(_ANY.format(name=name, keys=listed)):
            continue
        reference = "concat_ws(' ', " + ", ".join(f"d.{key}" for key in keys) + ")"
        await merging.warn(
            f"{_CODES.get(name, name)}.duplicate",
            _IN_ONE_FILE.format(name=name, keys=listed, reference=reference),
        )
        if name not in _WHOLE:
            await _unite(merging, name, listed)
        same = " and ".join(f"t.{key} = d.{key}" for key in keys)
        await merging.execute(_DROP.format(name=name, twice=twice, same=same))
    return 0


async def _unite(merging: Merging, name: str, keys: str) -> None:
    """The last record of each thing takes what only earlier ones say."""
    if name == "variant":
        columns = "said = m.said"
        said = (
            "(select coalesce(jsonb_object_agg(e.key, e.value order by e.seq), '{}') from ("
            " select v.seq, s.key, s.value from fondaco.staging_variant v, jsonb_each(v.said) s"
            "  where v.run_id = :run and v.external_id = staging_variant.external_id) e) as said"
        )
    else:
        [table] = [t for t in RECORDS if t.name == f"staging_{name}"]
        fixed = {*_BOOKKEEPING, *keys.split(", ")}
        free = [column.name for column in table.columns if column.name not in fixed]
        columns = ", ".join(f"{c} = m.{c}" for c in free)
        said = ", ".join(
            f"(array_agg({c} order by seq desc) filter (where {c} is not null))[1] as {c}"
            for c in free
        )
    await merging.execute(_LAST.format(name=name, keys=keys, columns=columns, said=said))
