"""What the demo runs beside the site: who calls it, who is called, and whose settings stand."""

import msgspec

from fondaco.cli.demo_beside import beside_demo
from fondaco.settings import Erp, Settings
from fondaco_sdk.manifest import Command, Plugin, Provider, Text

HELP = Text("играет", "plays")
CALLER = Command("caller", "a:b", HELP, demo=("run",))
SERVER = Command(
    "server", "a:b", HELP, demo=("run",), demo_settings={"url": "http://127.0.0.1:{port}/v3"}
)
BOTH = Command(
    "both",
    "a:b",
    HELP,
    demo=("run",),
    demo_settings={"live": {"url": "http://127.0.0.1:{port}"}},
    calls=True,
)
PLUGINS = tuple(
    Plugin(name=name, version="1", title=HELP, commands=(command,))
    for name, command in (
        ("erp", CALLER),
        ("bank", SERVER),
        ("tool", Command("tool", "a:b", HELP)),
    )
)


def test_servers_have_a_port_and_their_plugin_the_address() -> None:
    settings, found = beside_demo(Settings(), PLUGINS, erp=True)
    assert [one.name for one in found.commands] == ["caller", "server"]
    port = found.ports["server"]
    assert settings.plugins == {"bank": {"url": f"http://127.0.0.1:{port}/v3"}}
    assert port > 1024


def test_without_the_erp_nobody_calls_and_the_bank_stays() -> None:
    _, found = beside_demo(Settings(), PLUGINS, erp=False)
    assert [one.name for one in found.commands] == ["server"]


def test_what_the_site_has_set_is_left_alone() -> None:
    own = msgspec.structs.replace(Settings(), plugins={"bank": {"url": "https://bank.example"}})
    settings, found = beside_demo(own, PLUGINS, erp=True)
    assert settings.plugins == own.plugins
    assert [one.name for one in found.commands] == ["caller"]


GATEWAY = Plugin(
    name="gate",
    version="1",
    title=HELP,
    commands=(BOTH,),
    providers=(Provider("erp", "asked", "a:b"),),
)


def test_an_erp_that_calls_may_be_asked_too_and_is_the_gateway() -> None:
    settings, found = beside_demo(Settings(), (*PLUGINS, GATEWAY), erp=True)
    assert [one.name for one in found.callers] == ["caller", "both"]
    assert settings.plugins["gate"] == {"live": {"url": f"http://127.0.0.1:{found.ports['both']}"}}
    assert found.ports["both"] != found.ports["server"]
    assert settings.erp.gateway == "asked"


def test_without_the_erp_nobody_is_asked() -> None:
    settings, found = beside_demo(Settings(), (*PLUGINS, GATEWAY), erp=False)
    assert [one.name for one in found.commands] == ["server"]
    assert settings.erp.gateway == ""
    assert "gate" not in settings.plugins


def test_an_erp_whose_plugin_is_set_up_still_calls() -> None:
    own = msgspec.structs.replace(Settings(), plugins={"gate": {"zip": False}})
    settings, found = beside_demo(own, (GATEWAY,), erp=True)
    assert [one.name for one in found.callers] == ["both"]
    assert found.ports == {}
    assert settings == own


def test_the_gateway_of_the_site_is_left_alone() -> None:
    own = msgspec.structs.replace(Settings(), erp=Erp(gateway="mine"))
    settings, _ = beside_demo(own, (GATEWAY,), erp=True)
    assert settings.erp.gateway == "mine"
