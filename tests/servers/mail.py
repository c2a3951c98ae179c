"""A mail server on loopback that keeps what it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from servers.ports import free_port


@dataclass
class Kept:
    """What has arrived. port: on which the server listens."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a message. What is returned is what SMTP answers."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 kept"

    @property
    def connection(self) -> str:
        """The server as one of Airflow's connections."""
        return (
            f"smtp://127.0.0.1:{self.port}?disable_ssl=true&disable_tls=true"
            "&from_email=csc-etl%40example.org"
        )

    @property
    def texts(self) -> dict[str, str]:
        """What each message says, by its subject."""
        return {str(message["subject"]): _text(message) for message in list(self.messages)}


def _text(message: EmailMessage) -> str:
    parts = (part for part in message.walk() if part.get_content_maintype() == "text")
    return "\n".join(part.get_content() for part in parts)


@contextmanager
def running() -> Iterator[Kept]:
    """A server for as long as the block runs."""
    kept = Kept(free_port())
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()
