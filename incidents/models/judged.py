"""A finding of the check together with what a person said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from incidents.checks import Finding

if TYPE_CHECKING:
    from incidents.models.review import AcceptedFinding


@dataclass(frozen=True)
class JudgedFinding:
    """`accepted` is None while nobody took it on, and always for a finding that blocks."""

    finding: Finding
    accepted: AcceptedFinding | None = None

    @property
    def stands(self) -> bool:
        """Whether it is in the way of publishing."""
        return self.accepted is None

    @property
    def blocks(self) -> bool:
        return self.finding.blocks

    @property
    def message(self) -> str:
        return self.finding.message

    @property
    def place(self) -> str:
        return self.finding.place

    @property
    def title(self) -> str:
        return self.finding.title

    @property
    def fingerprint(self) -> str:
        return self.finding.fingerprint
