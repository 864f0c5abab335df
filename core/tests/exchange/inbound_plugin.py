"""A plugin that takes weights from the ERP, and stumbles over what tests put into its way."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import text

from fondaco_sdk.context import Act
from fondaco_sdk.errors import UserError
from fondaco_sdk.manifest import Inbound, Plugin, Text
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason

PLUGIN = Plugin(
    name="scales",
    version="0.1.0",
    title=Text("Весы", "Scales"),
    inbound=(
        Inbound("weights", "inbound_plugin:take", "inbound_plugin:Weight", Text("Вес", "Weight")),
        Inbound("lost", "inbound_plugin:lose", "inbound_plugin:Weight", Text("Вес", "Weight")),
    ),
)

TABLE = (
    "create schema scales",
    "create table scales.weight (id bigserial primary key, name text, grams int)",
    "grant usage on schema scales to fondaco_app",
    "grant select, insert on scales.weight to fondaco_app",
    "grant usage on sequence scales.weight_id_seq to fondaco_app",
)
_WRITE = text("insert into scales.weight (name, grams) values (:name, :grams)")


class Weight(Struct, frozen=True):
    """What something weighs."""

    name: str
    grams: int


async def take(act: Act, records: Sequence[Weight]) -> Report:
    """Write them down; a negative weight is not taken, a zero is refused, 13 breaks the plugin."""
    unmatched = []
    for place, record in enumerate(records):
        if record.grams < 0:
            unmatched.append(
                Unmatched(
                    place, record.name, Reason("scales.negative", "Меньше нуля", "Below zero")
                )
            )
            continue
        await act.execute(_WRITE, {"name": record.name, "grams": record.grams})
        if record.grams == 0:
            raise UserError(Reason("scales.zero", "Ничего не весит", "It weighs nothing"))
        if record.grams == 13:
            raise RuntimeError("the spring broke")
    return Report(len(records) - len(unmatched), tuple(unmatched))


async def lose(act: Act, records: Sequence[Weight]) -> Report:
    """Write down all, and account for one less."""
    for record in records:
        await act.execute(_WRITE, {"name": record.name, "grams": record.grams})
    return Report(len(records) - 1)
