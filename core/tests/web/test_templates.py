"""The templates of the kernel and its rooms pass the lint, and the lint refuses what it must."""

from pathlib import Path

import pytest

import fondaco
from fondaco.web.assets import Assets
from fondaco.web.catalogues import KERNEL_ROOMS
from fondaco.web.i18n import load_catalogues, text_keys
from fondaco.web.lint import check_templates
from fondaco.web.lint_names import check_names
from fondaco.web.templating import KERNEL, page_environment

ROOT = Path(__file__).parents[3]
CORE = Path(fondaco.__path__[0])
ROOMS = {
    room: CORE / room / "templates" for room in KERNEL_ROOMS if (CORE / room / "templates").exists()
}
TEXTS = {
    room: CORE / room / "locales" for room in KERNEL_ROOMS if (CORE / room / "locales").exists()
}
ICONS = frozenset((ROOT / "web" / "icons.txt").read_text().split("\n"))
DEVELOPERS = KERNEL / "dev"


def test_kernel_templates_are_clean() -> None:
    findings = check_templates(KERNEL, icons=ICONS, keys=text_keys(load_catalogues()["ru"]))
    assert [str(found) for found in findings if DEVELOPERS not in found.file.parents] == []


@pytest.mark.parametrize("room", ROOMS)
def test_templates_of_a_room_are_clean(room: str) -> None:
    keys = text_keys(load_catalogues(TEXTS)["ru"])
    findings = check_templates(ROOMS[room], icons=ICONS, keys=keys)
    assert [str(found) for found in findings] == []


def test_every_name_in_a_template_is_defined() -> None:
    assert [str(found) for found in check_names(page_environment(Assets(), {}, ROOMS))] == []


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


KIT = '{% import "kernel/ui.html" as ui with context %}'


@pytest.mark.parametrize(
    ("template", "named"),
    [
        (KIT + '{% if rare %}{{ ui.nosuch("x") }}{% endif %}', "ui.nosuch"),
        (KIT + "{{ ui._words }}", "ui._words"),
        ("{{ row_pieces.nosuch }}", "row_pieces.nosuch"),
        ('{% from "kernel/ui/words.html" import badge, nosuch %}', "nosuch"),
        ('{% from "kernel/ui/words.html" import nosuch as badge %}', "nosuch"),
        ('{% include "kernel/nosuch.html" %}', "kernel/nosuch.html"),
        ('{% include ["kernel/nosuch.html", "nowhere/page.html"] %}', "nowhere/page.html"),
        ('{% import "nowhere/ui.html" as ui %}', "nowhere/ui.html"),
        ('{% extends "kernel/nosuch.html" %}', "kernel/nosuch.html"),
        ('{{ nosuch("x") }}', "nosuch"),
        ("{{ x | nosuch }}", "nosuch"),
        ("{% if x %}", "endif"),
        ('{% include "room/part.html" %}' + KIT, "ui.gone"),
    ],
)
def test_a_name_that_nobody_defines_is_found(tmp_path: Path, template: str, named: str) -> None:
    (tmp_path / "page.html").write_text(template)
    (tmp_path / "part.html").write_text("{{ ui.gone() }}" if named == "ui.gone" else "")
    findings = check_names(page_environment(Assets(), {}, {"room": tmp_path}), {"room"})
    assert any(named in found.message for found in findings), findings


@pytest.mark.parametrize(
    "template",
    [
        KIT
        + '{{ ui.badge("x") }}{{ ui.money(x.sum, "RUB") }}{{ ui.name("x") }}{{ slot("place") }}',
        '{% from "kernel/ui/words.html" import badge as mark %}{{ mark("x") }}',
        '{% include "kernel/nosuch.html" ignore missing %}{% include chosen %}',
        '{% include ["kernel/nosuch.html", "kernel/fragments/nav.html"] %}',
        '{% include "room/part.html" %}{% macro mine() %}{{ caller() }}{% endmacro %}',
        KIT + "{% for ui in rows %}{{ ui.anything }}{% endfor %}",
    ],
)
def test_a_name_that_is_defined_is_not_found(tmp_path: Path, template: str) -> None:
    (tmp_path / "page.html").write_text(template)
    (tmp_path / "part.html").write_text("{% if mine is defined %}{{ mine() }}{% endif %}")
    environment = page_environment(Assets(), {}, {"room": tmp_path})
    found = check_names(environment, {"room"})
    assert [f for f in found if f.file.name == "page.html"] == []
