"""Letters: plain text to one person, queued with the caller's transaction, sent by a worker."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

from msgspec import Struct

from fondaco.hooks.context import ActContext
from fondaco.settings import Settings

MAIL_TASK = "notifications.mail"


class Letter(Struct, frozen=True):
    """What is written to whom; the text is in the recipient's language.

    A queued letter stands in the database as it is: a secret has no place in it. A link that opens
    a door is made by the task that sends it.
    """

    to: str
    subject: str
    text: str
    locale: str


async def send_later(act: ActContext, letter: Letter) -> None:
    """Queue a letter; it is sent if and only if this transaction commits."""
    await act.enqueue(MAIL_TASK, letter)


def message_of(letter: Letter, settings: Settings, now: datetime) -> EmailMessage:
    """The message as it goes out. Raises `ValueError` for a recipient that is no one address."""
    host = urlsplit(settings.site.url).hostname or "localhost"
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_one_line(settings.site.name), addr_spec=settings.mail.sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.locale
    message.set_content(letter.text)
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())
