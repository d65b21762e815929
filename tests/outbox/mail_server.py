"""A real SMTP server on loopback that takes mail, or misbehaves as it is told."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

YES = "250 OK"
HANG, DROP, DROP_IN_DATA, DRIP = "hang", "drop", "drop in data", "drip"


class MailServer:
    """What it took stands in `taken`. `answers` says of an address what the server does instead of saying yes.

    That is a line such as “451 Come back later”, which counts for RCPT; one with “DATA ” in front; or HANG, DROP,
    DROP_IN_DATA, DRIP.
    """

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answers: Callable[[str], str] = lambda _address: YES
        self.when_taken: Callable[[str], None] = lambda _address: None
        self.seconds = 0.0  # before each yes
        self.connections = 0
        self.port = _free_port()
        self._controller: _Controller | None = None

    @property
    def addresses(self) -> list[str]:
        return [str(message["To"]) for message in self.taken]

    @property
    def times_by_id(self) -> Counter[str]:
        return Counter(str(message["Message-ID"]) for message in self.taken)

    def start(self) -> None:
        self._controller = _Controller(self)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    # What aiosmtpd calls.
    async def handle_RCPT(self, smtp: Any, _session: Session, envelope: Envelope, to: str, _options: Any) -> str:  # noqa: N802  # aiosmtpd’s name
        answer = self.answers(to)
        if answer == HANG:
            await asyncio.sleep(3600)
        if answer == DROP:
            smtp.transport.abort()
        if answer == DRIP:
            while not smtp.transport.is_closing():
                smtp.transport.write(b"2")
                await asyncio.sleep(0.1)
        if not answer[0].isdigit():
            answer = YES
        if answer == YES:
            envelope.rcpt_tos.append(to)
        return answer

    async def handle_DATA(self, _smtp: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd’s name
        answer = self.answers(envelope.rcpt_tos[0])
        if answer.startswith("DATA "):
            return answer.removeprefix("DATA ")
        await asyncio.sleep(self.seconds)
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append(message_from_bytes(content, policy=policy.default))
        self.when_taken(envelope.rcpt_tos[0])
        return YES


class _Controller(Controller):
    def __init__(self, server: MailServer) -> None:
        self._server = server
        super().__init__(server, hostname="127.0.0.1", port=server.port, ready_timeout=10)

    def factory(self) -> SMTP:
        return _Conversation(self._server)


class _Conversation(SMTP):
    def __init__(self, server: MailServer) -> None:
        super().__init__(server, hostname="mail.example.test", decode_data=False, enable_SMTPUTF8=False)
        self._server = server

    def connection_made(self, transport: Any) -> None:
        # The controller itself looks in once, to see that the server is there.
        self._server.connections += 1
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd’s name
        if self.envelope.rcpt_tos and self._server.answers(self.envelope.rcpt_tos[0]) == DROP_IN_DATA:
            await self.push("354 Go on")
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
