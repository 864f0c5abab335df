"""The audit trail: who did what, for whom, was and is."""

import msgspec
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.hooks.hall import AuditLine
from fondaco.identity.tables import audit_entry
from fondaco_sdk.types.actor import Actor, Customer


async def write_audit(
    connection: AsyncConnection,
    actor: Actor,
    customer: Customer | None,
    line: AuditLine,
    request_id: str,
) -> None:
    """Add a line; the program's role can add, never change."""
    await connection.execute(
        insert(audit_entry),
        {
            "user_id": actor.user_id,
            "company_id": line.company_id or (customer.company_id if customer else None),
            "action": line.action,
            "subject": line.subject,
            "before": msgspec.to_builtins(line.before),
            "after": msgspec.to_builtins(line.after),
            "request_id": request_id,
        },
    )
