"""The codes of a campaign: one of its own wording, or many random ones."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, LargeBinary, Uuid, bindparam, text

from fondaco_promotions.code_text import (
    LONGEST,
    SHORTEST,
    hash_of,
    is_code,
    key_of,
    label_of,
    new_codes,
)
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import Conflict, UserError
from fondaco_sdk.types.reason import Reason

MOST_CODES = 5000

_ADD = text(
    """
    insert into plugin_promotions.code (uuid, campaign_id, key_hash, label, most, batch)
    select a.uuid, c.id, a.key_hash, a.label, :most, :batch
      from unnest(:uuids, :hashes, cast(:labels as text[])) as a(uuid, key_hash, label)
      join plugin_promotions.campaign c on c.uuid = :campaign
        on conflict (key_hash) do nothing
    """
).bindparams(
    bindparam("uuids", type_=ARRAY(Uuid)),
    bindparam("hashes", type_=ARRAY(LargeBinary)),
    bindparam("batch", type_=Uuid),
    bindparam("campaign", type_=Uuid),
)
_LOCK = text("select id from plugin_promotions.campaign where uuid = :campaign for update")
_BATCH = text("select 1 from plugin_promotions.code where batch = :batch limit 1").bindparams(
    bindparam("batch", type_=Uuid)
)
_OWN = text(
    """
    select d.key_hash from plugin_promotions.code d
      join plugin_promotions.campaign c on c.id = d.campaign_id
     where c.uuid = :campaign and d.key_hash = any(:hashes)
    """
).bindparams(bindparam("hashes", type_=ARRAY(LargeBinary)), bindparam("campaign", type_=Uuid))
_SUMMARY = text(
    """
    select coalesce(d.batch, d.uuid) as key, min(d.label) as label, count(*) as number,
           max(d.most) as most, min(d.made_at) as made_at, bool_or(d.batch is not null) as random,
           coalesce(sum(u.used), 0) as used
      from plugin_promotions.code d
      join plugin_promotions.campaign c on c.id = d.campaign_id
      left join lateral (
           select sum(weight) as used from plugin_promotions.use_entry where code_id = d.id
           ) u on true
     where c.uuid = :campaign
     group by 1 order by min(d.id) desc
     limit 50
    """
).bindparams(bindparam("campaign", type_=Uuid))


class CodeRow(Struct, frozen=True):
    """A code of its own wording, or `number` random ones made at once."""

    key: UUID
    label: str
    number: int
    most: int | None
    made_at: object
    random: bool
    used: int


async def code_rows(ask: Ask, campaign: UUID) -> Sequence[CodeRow]:
    """The codes of a campaign, the newest first. One statement."""
    return [CodeRow(*row) for row in await ask.fetch(_SUMMARY, {"campaign": campaign})]


async def add_own(act: Act, campaign: UUID, typed: str, most: int | None) -> str:
    """Add a code of one's own wording; returns it. Raises `UserError` at the field "code"."""
    code, key = typed.strip().upper(), key_of(typed)
    if not is_code(key):
        raise UserError(_NO_CODE, {"code": _NO_CODE})
    if not await _add(act, campaign, [code], [code], most, None):
        raise UserError(_TAKEN, {"code": _TAKEN})
    await act.audit("promotions.code", f"promotion:{campaign}", None, {"code": code, "most": most})
    return code


async def generate(
    act: Act, campaign: UUID, number: int, most: int | None, batch: UUID
) -> Sequence[str]:
    """Make `number` random codes and return them: they cannot be read again.

    Raises `Conflict` where the same `batch` was made already.
    """
    await act.fetch(_LOCK, {"campaign": campaign})
    if await act.fetch(_BATCH, {"batch": batch}):
        raise Conflict(_ONCE)
    codes: list[str] = []
    while len(codes) < number:
        fresh = new_codes(number - len(codes))
        if await _add(act, campaign, fresh, [label_of(c) for c in fresh], most, batch) != len(
            fresh
        ):
            fresh = await own_codes(act, campaign, fresh)
        codes += fresh
    what = {"number": number, "most": most, "batch": str(batch)}
    await act.audit("promotions.codes", f"promotion:{campaign}", None, what)
    return codes


async def own_codes(ask: Ask, campaign: UUID, codes: Sequence[str]) -> list[str]:
    """Those of `codes` that are this campaign's."""
    hashes = {code: hash_of(key_of(code)) for code in codes}
    rows = await ask.fetch(_OWN, {"campaign": campaign, "hashes": list(hashes.values())})
    known = {bytes(row.key_hash) for row in rows}
    return [code for code, hashed in hashes.items() if hashed in known]


async def _add(
    act: Act,
    campaign: UUID,
    codes: Sequence[str],
    labels: Sequence[str],
    most: int | None,
    batch: UUID | None,
) -> int:
    return await act.execute(
        _ADD.bindparams(bindparam("most", type_=BigInteger)),
        {
            "campaign": campaign,
            "uuids": [uuid4() for _ in codes],
            "hashes": [hash_of(key_of(code)) for code in codes],
            "labels": list(labels),
            "most": most,
            "batch": batch,
        },
    )


_NO_CODE = Reason(
    "promotions.no_code",
    f"Код — это буквы и цифры, от {SHORTEST} до {LONGEST}",
    f"A code is letters and digits, from {SHORTEST} to {LONGEST}",
)
_TAKEN = Reason(
    "promotions.code_taken",
    "Такой код уже есть, в этой или другой акции",
    "There is such a code already, in this campaign or another",
)
_ONCE = Reason(
    "promotions.codes_once",
    "Эти коды уже созданы и были показаны один раз. Если их не сохранили, создайте новые",
    "These codes were made already and shown once. If they were not kept, make new ones",
)
