"""Pages render from nothing but a shell, in both languages, and escape what people typed."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import samples
from jinja2 import Environment

from fondaco.web.assets import Assets
from fondaco.web.i18n import translators
from fondaco.web.shell import Shell
from fondaco.web.templating import page_environment

Render = Callable[..., str]


@pytest.fixture(scope="module")
def environment() -> Environment:
    return page_environment(Assets(), translators())


@pytest.fixture
def shell() -> Shell:
    return samples.shell("ru", "dark", "/cart?sort=a&b=c")


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_error_pages_have_words_for_every_status(
    environment: Environment, locale: str, status: int
) -> None:
    shell = samples.shell(locale, "light", "/x", guest=True)
    for name in ("kernel/error.html", "kernel/error_fragment.html"):
        html = environment.get_template(name).render(
            shell=shell, status=status, text="", request_id="42"
        )
        assert "error." not in html
        assert ("на нашей стороне" in html or "on our side" in html) is (status == 500)


def test_the_shell_rules_the_frame(environment: Environment, shell: Shell) -> None:
    page = environment.from_string(
        '{% extends "kernel/base.html" %}{% block h1 %}{{ name }}{% endblock %}'
    )
    html = page.render(shell=shell, name="A & B")
    assert 'lang="ru" data-bs-theme="dark" data-density="dense"' in html
    assert "<title>A &amp; B · Нордметиз</title>" in html
    assert "next=/cart%3Fsort%3Da%26b%3Dc" in html
    assert "sidebar" not in html
    staff = page.render(shell=msgspec.structs.replace(shell, staff=True), name="")
    assert 'class="sidebar' in staff and 'class="sections' not in staff
    guest = page.render(shell=msgspec.structs.replace(shell, person=None), name="")
    assert "/login?next=" in guest and "cart-badge" not in guest


def test_what_people_type_is_escaped_everywhere(environment: Environment, shell: Shell) -> None:
    evil = '"><script src=//e></script>'
    page = environment.from_string(
        '{% import "kernel/ui.html" as ui with context %}'
        "{{ ui.field('a', x, value=x, hint=x, error=x, placeholder=x) }}{{ ui.notice(x, title=x) }}"
        "{{ ui.badge(x) }}{{ ui.article(x) }}{{ ui.name(x, href=x) }}{{ ui.toast(x) }}"
        "{{ ui.text_area('b', x, value=x) }}{{ ui.select('c', x, [(x, x)]) }}"
        "{{ ui.error_summary([('a', x)]) }}{{ ui.drop_zone('d', x, hint=x) }}"
        "{{ ui.quantity_field('e', 'e', 1, label=x, error=x) }}{{ icon('x', x) }}"
        "{% call ui.table('t', x) %}{{ ui.head(x, href=x) }}{% endcall %}"
    )
    assert "<script" not in page.render(shell=shell, x=evil)


def test_a_mistake_that_repeats_a_whole_page_is_cut_short(
    environment: Environment, shell: Shell
) -> None:
    page = environment.from_string(
        '{% import "kernel/ui.html" as ui with context %}'
        "{{ ui.field('a', 'A', error=x) }}{{ ui.error_summary([('a', x)]) }}"
    )
    said = page.render(shell=shell, x="«" + "Ж" * 10_000 + "» не число")
    assert said.count("«Ж") == 2
    assert len(said) < 2_000


def test_a_forgotten_shell_is_named(environment: Environment) -> None:
    with pytest.raises(TypeError, match="shell"):
        environment.from_string("{{ tr('frame.cart') }}").render()
    without_context = environment.from_string(
        '{% import "kernel/ui.html" as ui %}{{ ui.pager("1–50") }}'
    )
    with pytest.raises(TypeError, match="with context"):
        without_context.render(shell=samples.shell("ru", "light", "/"))


def test_a_plugin_extends_the_kernel(tmp_path: Path, shell: Shell) -> None:
    (tmp_path / "card.html").write_text(
        '{% extends "kernel/base.html" %}{% block h1 %}{{ tr("loyalty.title") }}{% endblock %}'
    )
    (tmp_path / "ru.toml").write_text('title = "Бонусы"')
    (tmp_path / "en.toml").write_text('title = "Points"')
    room = {"loyalty": tmp_path}
    environment = page_environment(Assets(), translators(room), room)
    assert "<h1>Бонусы</h1>" in environment.get_template("loyalty/card.html").render(shell=shell)


def test_the_cart_badge_brings_the_count_of_the_bottom_bar(
    environment: Environment, shell: Shell
) -> None:
    template = environment.get_template("kernel/fragments/cart_badge.html")
    assert "hx-swap-oob" not in template.render(shell=shell)
    alone = template.render(shell=shell, cart_alone=True)
    assert 'id="cart-count" hx-swap-oob="true"' in alone
    assert "23 строки" in alone
