"""A call of 1C within its session."""

from collections.abc import Mapping
from typing import Any

from litestar import Request
from msgspec import Struct

from fondaco_erp_1c.http.answers import CP1251
from fondaco_erp_1c.http.sessions import Session
from fondaco_erp_1c.settings import Erp1cSettings, Partner
from fondaco_sdk.context import Ask
from fondaco_sdk.web import Gap, Transaction


class Call(Struct, frozen=True):
    """`said` are the parameters of the address."""

    ask: Ask
    transaction: Transaction
    gap: Gap
    request: Request[Any, Any, Any]
    session: Session
    said: Mapping[str, str]

    @property
    def name(self) -> str:
        """The file that the call names, as it was written."""
        return self.said.get("filename", "")

    @property
    def partner(self) -> Partner:
        """How this 1C wants to be spoken to."""
        return self.ask.settings(Erp1cSettings).partner(self.session.login)

    @property
    def containers(self) -> bool:
        """Whether documents go out in containers, as from 2.09 on."""
        chosen = self.partner.schema
        return self.session.modern if chosen == "auto" else chosen == "3.1"

    @property
    def encoding(self) -> str:
        """Of orders, and of words."""
        chosen = self.partner.encoding
        if chosen != "auto":
            return chosen
        return "utf-8" if self.containers else CP1251
