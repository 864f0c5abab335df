"""Every refusal has a text in both languages, with the values that the code gives it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import fondaco_erp_1c

ROOM = Path(fondaco_erp_1c.__file__).parent
PLACEHOLDER = re.compile(r"{(\w+)}")


def literal(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def refusals(tree: ast.AST) -> Iterator[tuple[str, set[str]]]:
    """(code, names of its values) of each refusal in the source."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        keywords = {keyword.arg or "": keyword.value for keyword in node.keywords}
        if name == "SourceRefused":
            yield literal(node.args[0]), set(keywords)
        elif name == "refuse":
            yield literal(node.args[1]), set(keywords)
        elif name == "RefusedRecord" and literal(keywords.get("code")):
            params = keywords.get("params")
            keys = params.keys if isinstance(params, ast.Dict) else []
            yield literal(keywords["code"]), {literal(key) for key in keys}


def in_the_source() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for file in sorted((ROOM / "commerceml").glob("*.py")):
        for code, values in refusals(ast.parse(file.read_text("utf-8"))):
            assert code, f"a refusal without a literal code in {file.name}"
            assert found.setdefault(code, values) == values, code
    return found


def texts(locale: str) -> dict[str, str]:
    tree = tomllib.loads((ROOM / "locales" / f"{locale}.toml").read_text("utf-8"))
    return {
        f"{kind}.{name}": text
        for kind, named in tree["refused"].items()
        for name, text in named.items()
    }


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_every_refusal_has_a_text(locale: str) -> None:
    assert set(texts(locale)) == set(in_the_source())


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_a_text_uses_only_values_that_the_code_gives(locale: str) -> None:
    given = in_the_source()
    for code, text in texts(locale).items():
        assert set(PLACEHOLDER.findall(text)) <= given[code], code


def test_both_languages_say_the_same_values() -> None:
    english = texts("en")
    for code, text in texts("ru").items():
        assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(english[code])), code
