"""Who is told in the tests: a mail server on this machine, and notifiers of the tests' own."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any, ClassVar

from airflow.sdk import BaseNotifier

SENDER = "csc-etl@council.example"


class Remembering(BaseNotifier):
    """Keeps what it was called with."""

    template_fields = ("text",)
    said: ClassVar[list[tuple[str, Any]]] = []

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def notify(self, context: Any) -> None:
        """Keeps the text and the message."""
        self.said.append((self.text, context["told"]))


class Broken(BaseNotifier):
    """Fails with words that must not be passed on."""

    def notify(self, context: Any) -> None:
        """Always raises OSError."""
        raise OSError("MARK-4711")


class Mailbox:
    """What a mail server was given; a handler of aiosmtpd."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keeps a mail."""
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 OK"


def text_of(mail: EmailMessage) -> str:
    """The whole of it as it is read: subject and every part."""
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return "\n".join([str(mail["subject"]), *parts])


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextmanager
def mail_server() -> Iterator[tuple[int, Mailbox]]:
    """A real one on a port of this machine."""
    from aiosmtpd.controller import Controller

    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port, mailbox
    finally:
        controller.stop()


def smtp_connection(port: int) -> str:
    """Airflow's connection to it."""
    return (
        f"smtp://127.0.0.1:{port}/?from_email={SENDER.replace('@', '%40')}"
        "&disable_ssl=true&disable_tls=true&retry_limit=0&timeout=5"
    )
