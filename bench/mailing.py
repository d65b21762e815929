"""Mail of one site: posting it, sending it, and what a bare loop needs for the same messages."""

from __future__ import annotations

import smtplib
import time
from email import policy
from email.message import EmailMessage

from django.conf import settings
from django.utils import timezone

from outbox.models import Delivery
from outbox.operations import Message, post_many
from outbox.sending import mail_sent_meanwhile

_TEXT = """Checkout fails for some customers

Since 05:10 UTC about one in five payments fails. We found a full disk on a database server and are moving its
work to another. The next update comes by 05:40 UTC.

https://status.example.com/incidents/abcdefghijkl/

You get this mail because you asked for news about Checkout. Stop it: https://status.example.com/unsubscribe/{number}
"""
_HTML = "<!DOCTYPE html><html lang='en'><body>{}</body></html>"


def _text(number: int) -> str:
    return _TEXT.format(number=number)


def _html(number: int) -> str:
    return _HTML.format("".join(f"<p>{part}</p>" for part in _text(number).split("\n\n")))


def post_mail(*, count: int, run: str) -> float:
    """Seconds until so many messages are committed."""
    began = time.perf_counter()
    messages = (
        Message(
            kind="update",
            key=f"{run}:{number}",
            to=f"customer-{number}@example.com",
            subject="Checkout fails for some customers",
            text=_text(number),
            html=_html(number),
            headers={"List-Unsubscribe": f"<https://status.example.com/unsubscribe/{number}>"},
        )
        for number in range(count)
    )
    post_many(messages, at=timezone.now())
    return time.perf_counter() - began


def send_mail(*, port: int) -> float:
    """Seconds until nothing waits any more. Raises ValueError when something was not sent."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    began = time.perf_counter()
    with mail_sent_meanwhile():
        while Delivery.objects.waiting().exists():
            time.sleep(0.1)
        seconds = time.perf_counter() - began
    if dead := Delivery.objects.dead().count():
        raise ValueError(f"{dead} mails were refused.")
    return seconds


def send_bare(*, count: int, port: int) -> float:
    """Seconds for a loop that has every message ready as bytes, and one connection."""
    ready = []
    for number in range(count):
        message = EmailMessage()
        message["From"], message["To"] = "noreply@example.com", f"customer-{number}@example.com"
        message["Subject"], message["Message-ID"] = "Checkout fails for some customers", f"<{number}@example.com>"
        message["Date"] = timezone.now()
        message["List-Unsubscribe"] = f"<https://status.example.com/unsubscribe/{number}>"
        message.set_content(_text(number))
        message.add_alternative(_html(number), subtype="html")
        ready.append((message["To"], message.as_bytes(policy=policy.SMTP)))
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for address, content in ready:
            server.sendmail("noreply@example.com", [address], content)
        return time.perf_counter() - began
