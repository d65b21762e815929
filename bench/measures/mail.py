"""How fast mail leaves through the outbox, beside a loop that only talks to the mail server."""

from __future__ import annotations

from collections.abc import Iterator

from bench import servers
from bench.effort import Effort
from bench.results import Result, compared, measured
from bench.sites import Site

_TARGET = "≥ 0.5"


def measure(site: Site, effort: Effort) -> Iterator[Result]:
    """The other way round in every second round, because what comes first finds an idler machine."""
    ours, bare, posting = [], [], []
    with servers.mail_sink() as port:
        for number in range(effort.rounds):
            posting.append(site.inside("post_mail", count=effort.mails, run=f"round-{number}"))
            if number % 2:
                bare.append(site.inside("send_bare", count=effort.mails, port=port))
            ours.append(site.inside("send_mail", port=port))
            if not number % 2:
                bare.append(site.inside("send_bare", count=effort.mails, port=port))
    note = f"{effort.mails:,} mails, one connection; the loop has its messages ready as bytes"
    rates = [[effort.mails / seconds for seconds in each] for each in (ours, bare)]
    yield compared("mail sent: outbox ÷ bare smtplib", *rates, unit="mails/s", target=_TARGET, note=note)
    yield measured(f"posting {effort.mails:,} mails", sorted(posting)[len(posting) // 2], unit="s")
