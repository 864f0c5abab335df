"""S18: statements are made of constants; where they are composed otherwise is looked at once."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path

SOURCES = Path(__file__).parents[2]
COMPOSED: Mapping[str, str] = {
    "builtin/erp/rows.py": "tables and columns of record shapes",
    "builtin/erp/staged.py": "names of staging tables, those that the module knows",
    "builtin/postgres_search/details.py": "clauses of the module, one of two of each",
    "catalog/references.py": "the tables of references, named in the module",
    "cli/site.py": "checks written in the module",
    "db/migrate.py": "schemas and journals of manifests",
    "exchange/staging/load.py": "names of staging tables",
    "sim/books.py": "clauses of the module, over the played ERP's own file",
    "exchange/staging/merging.py": "queries of the module with codes of warnings",
    "exchange/staging/settle.py": "columns named in the module",
    "intake/sheets/mappings.py": "the tables of lists, named in the module",
    "pricing/agree.py": "two tables, named by its callers",
    "staff/merging.py": "the tables that a merge moves, named in the module",
    "staff/merging_prices.py": "three tables of prices, named in the module",
    "fondaco_analogues/lookup.py": "columns of references, named in the module",
}
"""Where a statement is put together from more than constants, and what the pieces are."""


def composed() -> Mapping[str, list[str]]:
    """Statements put together from more than constants of a module, by file."""
    sql = re.compile(r"\b(select|insert into|update|delete from|order by|where)\b", re.IGNORECASE)
    found: dict[str, list[str]] = {}
    for file in sorted(
        (*SOURCES.glob("core/src/fondaco/**/*.py"), *SOURCES.glob("plugins/*/src/**/*.py"))
    ):
        if {"migrations", "testing", "plugin_template"} & set(file.parts):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr) and sql.search(_literal(node)):
                pieces = [one for one in node.values if isinstance(one, ast.FormattedValue)]
                if any(_varies(one.value) for one in pieces):
                    found.setdefault(str(file), []).append(f"{file}:{node.lineno}")
    return found


def _literal(node: ast.JoinedStr) -> str:
    return "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))


def _varies(piece: ast.expr) -> bool:
    """Whether a piece names anything that is no constant of a module, nor made of such."""
    if isinstance(piece, ast.GeneratorExp):
        return any(_varies(one.iter) for one in piece.generators)
    if isinstance(piece, ast.Name):
        return not piece.id.strip("_").isupper()
    return any(_varies(one) for one in ast.iter_child_nodes(piece) if isinstance(one, ast.expr))


def test_statements_are_made_of_constants() -> None:
    strange = [
        line
        for file, lines in composed().items()
        for line in lines
        if not file.endswith(tuple(COMPOSED))
    ]
    assert not strange, "look where the pieces come from, then name the file in COMPOSED: " + (
        "\n".join(strange)
    )
    left = [file for file in COMPOSED if not any(one.endswith(file) for one in composed())]
    assert not left, f"these compose no statement any more: {left}"
