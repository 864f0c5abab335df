"""What was done about a customer, newest first, in words that its card prints."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.customers.joined_outlets import JOIN, PART
from fondaco.hooks.context import AskContext
from fondaco.staff.customers.parts import rows_of
from fondaco_sdk.types.ids import CompanyId

# Audit lines that have words of their own on the card; others show their code.
ACTIONS: Mapping[str, str] = {
    **{
        f"customer.{verb}": verb
        for verb in (
            "apply",
            "create",
            "rename",
            "accept",
            "refuse",
            "let_in",
            "turn_away",
            "merge",
        )
    },
    **{
        f"customer.{kind}.{verb}": f"{word}_{verb}"
        for kind, word in (
            ("legal_entity", "entity"),
            ("outlet", "outlet"),
            ("agreement", "agreement"),
        )
        for verb in ("add", "change")
    },
    JOIN: "outlet_match",
    PART: "outlet_part",
    "customer.bank_account.add": "account_add",
    "customer.bank_account.drop": "account_drop",
    **{
        f"erp.{kind}.{verb}": f"{word}_{verb}"
        for kind, word in (
            ("company", "company"),
            ("legal_entity", "entity"),
            ("outlet", "outlet"),
            ("agreement", "agreement"),
            ("person", "person"),
        )
        for verb in ("add", "change")
    },
    "behalf.start": "behalf_start",
    "behalf.end": "behalf_end",
    "order.on_behalf": "behalf_order",
    "order.approve": "order_approve",
    "order.refuse": "order_refuse",
    "order.keep": "order_keep",
    "order.move": "order_move",
    "order.change_ask": "order_change_ask",
    "order.change_answer": "order_change_answer",
    "order.pay_otherwise": "order_pay_otherwise",
    **{f"limit.{verb}": f"limit_{verb}" for verb in ("add", "change", "end", "restore")},
    **{f"price.{verb}": f"price_{verb}" for verb in ("agree", "end", "resume", "manual")},
    **{
        f"person.{verb}": f"people_{verb}"
        for verb in (
            "invite",
            "invite_again",
            "withdraw",
            "join",
            "change",
            "activate",
            "deactivate",
        )
    },
    **{f"assortment.{verb}": f"assortment_{verb}" for verb in ("bind", "unbind")},
}
NEWEST_LINES = 30

# What was done to a client before it was merged into this one belongs to the story.
_HISTORY: TextClause = text(
    f"""
    select a.at, coalesce(u.name, ''), a.action, a.subject, a.before, a.after,
           coalesce((select p.sku from fondaco.manual_price m
                       join fondaco.product p on p.id = m.product_id
                      where m.uuid = case when a.subject like 'manual_price:%'
                                     then cast(split_part(a.subject, ':', 2) as uuid) end), '')
      from fondaco.audit_entry a left join fondaco.user_account u on u.id = a.user_id
     where a.company_id = any(array(
           select id from fondaco.company where id = :company or merged_into = :company))
     order by a.id desc limit {NEWEST_LINES}
    """
)
_ID = re.compile(r"[0-9a-f-]{36}|\d+")
_NAMES = ("name", "number", "account", "email")


class AuditRow(Struct, frozen=True, array_like=True):
    """Who did what; `at` is aware UTC. Of a line of the ERP `before` and `after`
    hold the fields that changed, by their names."""

    at: datetime
    who: str
    action: str
    subject: str
    before: Any
    after: Any
    sku: str

    @property
    def about(self) -> str:
        """What the line is about, by the name people know it by; "" where there is none."""
        if self.sku:
            return self.sku
        key = self.subject.partition(":")[2] or self.subject
        if not _ID.fullmatch(key):
            return key
        for state in (self.after, self.before):
            for field in _NAMES:
                if isinstance(state, dict) and state.get(field):
                    return str(state[field])
        return ""

    @property
    def by_erp(self) -> bool:
        """Whether it came with the ERP's records; `who` is nobody then."""
        return self.action.startswith("erp.")

    @property
    def changes(self) -> Sequence[tuple[str, Any, Any]]:
        """Of a line of the ERP: the fields, was and is."""
        names = self.after if self.by_erp else ()
        return [(name, self.before.get(name), self.after[name]) for name in names]


async def history_of(ask: AskContext, company: CompanyId) -> tuple[AuditRow, ...]:
    """The newest audit lines of a customer, and of those merged into it."""
    return await rows_of(ask, _HISTORY, company, AuditRow)
