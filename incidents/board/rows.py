"""How one promise stands on a day, in the words of the board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from incidents.action_items import Ticket, ticket
from incidents.models import UNDERWAY, ActionItem, ActionState


@dataclass(frozen=True)
class Row:
    """`tone` is late, or the state. `may_change` says whether this person may."""

    item: ActionItem
    on: date
    may_change: bool

    @property
    def days_late(self) -> int:
        if self.item.due_on is None or self.item.state not in UNDERWAY:
            return 0
        return max(0, (self.on - self.item.due_on).days)

    def is_changed_by(self, key: str) -> bool:
        """Whether this is the row of that key, and this person may change it."""
        return self.may_change and self.item.key == key

    @property
    def tone(self) -> str:
        return "late" if self.days_late else self.item.state

    @property
    def state(self) -> str:
        return "Late" if self.days_late else ActionState(self.item.state).label

    @property
    def due_in_words(self) -> str:
        """`9 days late`, `in 21 days`, `on time`; empty where there is no day."""
        due, closed = self.item.due_on, self.item.closed_on
        if self.item.state == ActionState.WONT_DO:
            return "dropped"
        if self.item.state == ActionState.DONE:
            if due is None or closed is None:
                return "done"
            return "on time" if closed <= due else f"{_days((closed - due).days)} after it was due"
        if due is None:
            return ""
        if self.days_late:
            return f"{_days(self.days_late)} late"
        days = (due - self.on).days
        return "today" if days == 0 else f"in {_days(days)}"

    @property
    def owner_left(self) -> bool:
        return self.item.owner is not None and not self.item.owner.is_active

    @property
    def ticket(self) -> Ticket | None:
        return ticket(self.item.tracker_url)


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
