"""The loader refuses everything that is wrong, at once, naming the plugin and the remedy."""

import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import pytest

from fondaco.hooks.loader import PluginReport, load
from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.manifest import ApiRoute, On, Plugin, Provider, Route, Slot, Text
from fondaco_sdk.types.price import PriceLine, PriceMove
from fondaco_sdk.types.supply import Supply

TITLE = Text("Чужой", "Stranger")
HERE = "strangers"


@pytest.fixture(autouse=True)
def _importable(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(request.path.parent))


def _module(name: str, **functions: Callable[..., Any]) -> str:
    module = ModuleType(name)
    for key, function in functions.items():
        setattr(module, key, function)
    sys.modules[name] = module
    return name


def _plugin(name: str = "stranger", **values: Any) -> Plugin:
    return Plugin(name=name, version="1", title=TITLE, **values)


def _problems(*plugins: Plugin, settings: dict[str, dict[str, Any]] | None = None) -> Sequence[str]:
    with pytest.raises(PluginReport) as report:
        load((), plugins, settings=settings or {})
    return report.value.problems


@impl
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    return ()


def test_a_good_plugin_loads_and_is_pruned_to_the_arguments_it_wants() -> None:
    @impl
    async def price_moves(lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
        return ()

    registry = load((), [_plugin(hooks=_module("m1", price_moves=price_moves))], settings={})
    assert registry.implementations["price_moves"][0].arguments == ("lines",)


def test_a_misspelled_hook_is_named_with_the_right_one() -> None:
    @impl
    async def price_move(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
        return ()

    (problem,) = _problems(_plugin(hooks=_module("m2", price_move=price_move)))
    assert "stranger" in problem
    assert "did you mean 'price_moves'" in problem


def test_the_wrong_colour() -> None:
    def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
        return ()

    impl(price_moves)  # type: ignore[type-var]
    (problem,) = _problems(_plugin(hooks=_module("m3", price_moves=price_moves)))
    assert "must be `async def`" in problem


def test_a_wrong_return_annotation_and_an_unknown_argument() -> None:
    @impl
    async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[Supply]:
        return ()

    @impl
    async def cart_checks(ask: Ask, basket: object) -> Sequence[object]:
        return ()

    problems = _problems(
        _plugin(hooks=_module("m4", price_moves=price_moves, cart_checks=cart_checks))
    )
    assert "must return" in problems[0]
    assert "unknown argument 'basket'" in problems[1]


def test_everything_is_reported_at_once() -> None:
    problems = _problems(
        _plugin("a", hooks="no_such_module", sdk=">=9", requires=("ghost",)),
        _plugin("b", routes=(Route("GET", "/x", f"{HERE}:page", ""),)),
        _plugin("c", routes=(Route("GET", "/x", f"{HERE}:page", "c.see"),)),
        _plugin("d", slots=(Slot("cart.summary", f"{HERE}:plain_slot"),)),
        _plugin("e", subscriptions=(On("order.placed", f"{HERE}:handler"),)),
        settings={"nobody": {"x": 1}},
    )
    text = "\n".join(problems)
    assert "a: requires 'ghost'" in text
    assert "a: was written for SDK >=9" in text
    assert "a: no_such_module does not import" in text
    assert "b: route GET /x has no policy" in text
    assert "c: route GET /x is already taken by b" in text
    assert "c: route GET /x: nobody declares permission 'c.see'" in text
    assert "d: strangers:plain_slot must be `async def`" in text
    assert "e: there is no event 'order.placed'; did you mean 'order.placed.v1'?" in text
    assert "[plugins.nobody] belongs to no installed plugin" in text


def test_an_order_that_runs_in_a_circle() -> None:
    first = _plugin(
        "first",
        hooks=_module("m5", price_moves=price_moves),
        order={"price_moves": (("second",), ())},
    )
    second = _plugin(
        "second",
        hooks=_module("m6", price_moves=price_moves),
        order={"price_moves": (("first",), ())},
    )
    (problem,) = _problems(first, second)
    assert "hook price_moves: after/before run in a circle" in problem


def test_order_is_by_wish_then_by_name_never_by_installation() -> None:
    names = ("zebra", "apple", "mango")
    plugins = [
        _plugin(
            name,
            hooks=_module(f"m7_{name}", price_moves=price_moves),
            order={"price_moves": ((), ("apple",))} if name == "zebra" else {},
        )
        for name in names
    ]
    for order in (plugins, plugins[::-1]):
        registry = load((), order, settings={})
        found = [i.plugin for i in registry.implementations["price_moves"]]
        assert found == ["mango", "zebra", "apple"]


def test_two_providers_of_one_name() -> None:
    provider = Provider("search", "fast", f"{HERE}:page")
    (problem,) = _problems(_plugin("a", providers=(provider,)), _plugin("b", providers=(provider,)))
    assert "b: search provider 'fast' is already registered by a" in problem


def test_a_chosen_provider_must_be_there() -> None:
    providers = (Provider("search", "lucid", f"{HERE}:handler"),)
    known = [_plugin(providers=providers)]
    assert load((), known, settings={}, chosen={"search": "lucid"}).providers
    with pytest.raises(PluginReport, match=r"search\.engine is 'meili'.*there are: lucid.*install"):
        load((), known, settings={}, chosen={"search": "meili"})


def test_settings_are_typed_and_unknown_keys_named() -> None:
    plugin = _plugin(settings=f"{HERE}:Shape")
    assert load((), [plugin], settings={"stranger": {"percent": "7"}}).settings
    (problem,) = _problems(plugin, settings={"stranger": {"percent": "many"}})
    assert "[plugins.stranger]" in problem


def _slots(*plugins: Plugin) -> list[str]:
    registry = load((), plugins, settings={})
    return [
        f"{handler.plugin}:{handler.function.__name__}"
        for _, handler in registry.slots["cart.summary"]
    ]


def _slot(function: str, *, after: str = "", before: str = "") -> Slot:
    one = tuple(name for name in (after,) if name)
    other = tuple(name for name in (before,) if name)
    return Slot("cart.summary", f"{HERE}:{function}", one, other)


def test_several_contributions_of_one_plugin_to_a_slot_are_all_there_in_its_order() -> None:
    both = _plugin("both", slots=(_slot("slot"), _slot("failing_slot")))
    turned = _plugin("turned", slots=(_slot("failing_slot"), _slot("slot")))
    assert _slots(turned, both) == [
        "both:slot",
        "both:failing_slot",
        "turned:failing_slot",
        "turned:slot",
    ]


def test_each_contribution_to_a_slot_has_wishes_of_its_own() -> None:
    around = _plugin(
        "around", slots=(_slot("slot", after="middle"), _slot("failing_slot", before="middle"))
    )
    middle = _plugin("middle", slots=(_slot("slot"), _slot("endless_slot")))
    assert _slots(around, middle) == [
        "around:failing_slot",
        "middle:slot",
        "middle:endless_slot",
        "around:slot",
    ]


def test_slots_in_a_circle_or_named_twice_are_in_the_report() -> None:
    first = _plugin("first", slots=(_slot("slot", after="second"),))
    second = _plugin("second", slots=(_slot("slot", after="first"),))
    (problem,) = _problems(first, second)
    assert "slot cart.summary: after/before run in a circle" in problem
    (problem,) = _problems(_plugin(slots=(_slot("slot"), _slot("slot"))))
    assert "stranger: slot cart.summary names slot twice" in problem


def test_two_handlers_of_an_event_must_not_share_a_name() -> None:
    one = On("order.placed.v1", f"{HERE}:handler")
    (problem,) = _problems(_plugin(subscriptions=(one, one)))
    assert "stranger: order.placed.v1 has two handlers named handler" in problem


def test_operations_of_the_api_need_a_known_permission_and_a_place_of_their_own() -> None:
    one = ApiRoute("GET", "/things", f"{HERE}:page", "nobody.knows", "Things")
    problems = _problems(_plugin(api=(one, one)))
    assert "stranger: route GET /api/v1/things: nobody declares permission 'nobody.knows'" in (
        "\n".join(problems)
    )
    assert any("is already taken by stranger" in problem for problem in problems)
