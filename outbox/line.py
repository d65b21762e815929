"""A connection to the mail server that carries one message after the other, and says what became of each."""

from __future__ import annotations

import re
import smtplib
import socket
from contextlib import suppress
from email.policy import Compat32
from email.utils import format_datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection

from outbox.models import Delivery

_CLOSING = 421
_LONGEST_LINE = 76
_BOUNDARY = re.compile(r"[^0-9a-f]|@.*")


class Refused(Exception):
    """For good: the same message would be refused again. The words are the server’s."""


class Deferred(Exception):
    """For now: this message is to be tried later. The words are the server’s."""


class Broken(Exception):
    """The server can’t be reached, hangs, hangs up, or takes nothing from us: no fault of one message."""


class Line:
    """Opened when it is first needed, and again after it broke."""

    def __init__(self) -> None:
        self._backend: Any = None

    def open(self) -> None:
        """Raises Broken."""
        if self._backend is None:
            backend = get_connection()
            try:
                backend.open()
            except OSError as error:  # SMTPException is one
                raise Broken(_words(error)) from error
            self._backend = backend

    def send(self, delivery: Delivery) -> None:
        """The server has it when this returns. Raises Refused, Deferred or Broken."""
        self.open()
        try:
            self._backend.send_messages([_email(delivery)])
        except ValueError as error:
            raise Refused(f"This mail can’t be written: {error}") from error
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(f"The mail server can’t write to this address: {error}") from error
        except OSError as error:
            words, code = _words(error), _answer(error)[0]
            if not isinstance(error, smtplib.SMTPRecipientsRefused) or code == _CLOSING:
                self.cut()  # where the conversation stands is not sure
            if code == _CLOSING or not isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
                raise Broken(words) from error
            raise (Refused if code >= 500 else Deferred)(words) from error

    def close(self) -> None:
        """Say goodbye."""
        if self._backend is not None:
            with suppress(OSError):
                self._backend.close()
            self._backend = None

    def cut(self) -> None:
        """Hang up at once. From another thread, it ends a conversation that drips."""
        sock = getattr(getattr(self._backend, "connection", None), "sock", None)
        self._backend = None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()


class _AsItIs(Compat32):
    """Headers that fit into a line stay as they are: folding each takes longer than all else of a message."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if isinstance(value, str) and value.isascii() and len(name) + len(value) < _LONGEST_LINE:
            return f"{name}: {value}{self.linesep}".encode()
        return super().fold_binary(name, value)


class _Email(EmailMultiAlternatives):
    """The same, byte for byte, at every attempt."""

    def message(self, **options: Any) -> Any:
        message = super().message(**options)
        for part in message.walk():
            part.policy = _AS_IT_IS
        if message.is_multipart():
            message.set_boundary(f"={_BOUNDARY.sub('', self.extra_headers['Message-ID'])}=")
        return message


_AS_IT_IS = _AsItIs()


def _email(delivery: Delivery) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": delivery.message_id,
        "Date": format_datetime(delivery.posted_at),
        "Auto-Submitted": "auto-generated",  # no absence note answers it
    }
    email = _Email(delivery.subject, delivery.text, to=[delivery.to], headers=headers | delivery.headers)
    if delivery.html:
        email.attach_alternative(delivery.html, "text/html")
    return email


def _answer(error: OSError) -> tuple[int, Any]:
    """The code and the words of the server; 0 where it said nothing."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return int(code), words
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, error.smtp_error
    return 0, f"The mail server can’t be reached: {error or type(error).__name__}"


def _words(error: OSError) -> str:
    """What the server said, or what happened to the connection, as people can read it."""
    code, words = _answer(error)
    text = " ".join((words.decode(errors="replace") if isinstance(words, bytes) else str(words)).split())
    return f"{code} {text}" if code else text
