"""How much is measured: enough for figures that hold, or little, to see that all of it works."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """`rounds` of `seconds` for rates, `times` for what is done once at a time, `posts` under load.

    `mails` leave in one go. The sites have a `short`, a `usual`, a `longer` and a `long` history of incidents. `whole`
    also writes all pages of the longest, which takes about an hour.
    """

    rounds: int = 5
    seconds: float = 3
    times: int = 30
    posts: int = 100
    mails: int = 10_000
    short: int = 100
    usual: int = 1_000
    longer: int = 10_000
    long: int = 100_000
    whole: bool = False

    @classmethod
    def asked_for(cls) -> Effort:
        """By QUICK=1, which proves nothing, and FULL=1."""
        if os.environ.get("QUICK"):
            return cls(rounds=2, seconds=1, times=5, posts=10, mails=1_000, short=20, usual=100, longer=300, long=2_000)
        return cls(whole=bool(os.environ.get("FULL")))
