"""The post: a letter goes to the mail server, or into a folder where there is none."""

import asyncio
import os
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
from uuid_utils.compat import uuid7

from fondaco.exchange.job import JobContext
from fondaco.hooks.hall import Hall
from fondaco.notifications.letters import Letter, message_of
from fondaco.settings import Mail, Settings

SECONDS = 20.0


async def send_letter(job: JobContext, letter: Letter) -> None:
    """The task `notifications.mail`. Raises what the mail server did, so that it is tried again."""
    await post(job.hall, letter)


async def post(hall: Hall, letter: Letter) -> None:
    """Hand a letter over now. It may arrive twice where a server takes it and does not say so."""
    settings = hall.settings
    message = message_of(letter, settings, hall.clock.now())
    if settings.mail.host:
        await _hand_over(settings.mail, message)
    else:
        await asyncio.to_thread(_write, mail_folder(settings), message)


def mail_folder(settings: Settings) -> Path:
    """Where letters are written on a site without a mail server."""
    return settings.data / "mail"


async def _hand_over(mail: Mail, message: EmailMessage) -> None:
    async with asyncio.timeout(SECONDS):
        await aiosmtplib.send(
            message,
            hostname=mail.host,
            port=mail.port,
            username=mail.user or None,
            password=mail.password or None,
            use_tls=mail.security == "tls",
            start_tls=mail.security == "starttls",
            timeout=SECONDS,
        )


def _write(folder: Path, message: EmailMessage) -> None:
    """Whole or not at all, and for the owner's eyes only: letters carry links that open doors."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{uuid7()}.eml"
    unfinished = folder / f".{name}"
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(message.as_bytes())
    unfinished.rename(folder / name)
