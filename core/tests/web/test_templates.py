"""The templates of the kernel pass the lint, and the lint refuses what it must."""

from pathlib import Path

import pytest

from fondaco.web.i18n import load_catalogues, text_keys
from fondaco.web.lint import check_templates
from fondaco.web.templating import KERNEL

ROOT = Path(__file__).parents[3]
ICONS = frozenset((ROOT / "web" / "icons.txt").read_text().split("\n"))
DEVELOPERS = KERNEL / "dev"


def test_kernel_templates_are_clean() -> None:
    findings = check_templates(KERNEL, icons=ICONS, keys=text_keys(load_catalogues()["ru"]))
    assert [str(found) for found in findings if DEVELOPERS not in found.file.parents] == []


def test_pages_for_developers_are_clean_but_for_their_words() -> None:
    assert check_templates(DEVELOPERS, icons=ICONS, translated=False) == []


@pytest.mark.parametrize(
    "template",
    [
        '<p style="color: red">{{ x }}</p>',
        "<p{% if x %} style='top:0'{% endif %}></p>",
        "<style>p{}</style>",
        "<script>{{ x }}</script>",
        '<a href="#" onclick="{{ x }}">{{ x }}</a>',
        '<a hx-on:click="{{ x }}">{{ x }}</a>',
        '<a data-hx-on:click="{{ x }}">{{ x }}</a>',
        "<a hx-vals='js:{a: 1}'>{{ x }}</a>",
        '<a hx-get="/x" hx-trigger="click[ctrlKey]">{{ x }}</a>',
        '<a href="javascript:void(0)">{{ x }}</a>',
        '<a href=" JavaScript:void(0)">{{ x }}</a>',
        "<p>Корзина</p>",
        '{{ "Корзина" }}',
        "<p>Cart</p>",
        '<input aria-label="Search">',
        '{{ icon("no-such-icon") }}',
        "{{ tr('no.such.text', n=1) }}",
    ],
)
def test_refused(tmp_path: Path, template: str) -> None:
    file = tmp_path / "page.html"
    file.write_text(f"{{# комментарий\n #}}\n{template}\n")
    findings = check_templates(tmp_path, icons=ICONS, keys={"frame.cart"})
    assert {(found.file, found.line) for found in findings} == {(file, 3)}


@pytest.mark.parametrize(
    "template",
    [
        '<a class="btn" href="/cart" title="{{ tr("frame.cart") }}">{{ tr("frame.cart") }}</a>',
        '<script src="{{ asset("app.js") }}" defer></script>',
        '<form hx-post="/x" hx-trigger="submit, change delay:400ms from:body">1 {{ x }}</form>',
        '{{ icon("x") }}{{ icon(name) }}',
        '{{ tr("error.title." ~ status) }}',
    ],
)
def test_accepted(tmp_path: Path, template: str) -> None:
    (tmp_path / "page.html").write_text(template)
    assert check_templates(tmp_path, icons=ICONS, keys={"frame.cart"}) == []
