"""What changed in a week, as one reader may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import User
from incidents.board.figures import Figures, figures
from incidents.models import ActionItem, ActionState, Report, ReportStatus
from incidents.models.action_item import ActionItemQuerySet

_MOST_LISTED = 5
_UNDER_WAY = (ReportStatus.DRAFT, ReportStatus.IN_REVIEW, ReportStatus.APPROVED)


@dataclass(frozen=True)
class Counted:
    """How many there are, and the first few of them."""

    count: int
    first: tuple[ActionItem, ...]


@dataclass(frozen=True)
class Week:
    """From `monday` to the Sunday after it, and how everything stands on the day after that."""

    monday: date
    figures: Figures
    opened: int
    done: Counted
    dropped: Counted
    newly_late: Counted
    overdue: tuple[Report, ...]
    overdue_count: int

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def percent_change(self) -> int | None:
        """Percentage points against the 90 days before; None where either has none."""
        now, before = self.figures.kept.percent, self.figures.kept_before.percent
        return None if now is None or before is None else now - before

    @property
    def says_something(self) -> bool:
        moved = self.opened + self.done.count + self.dropped.count + self.newly_late.count
        return bool(moved or self.figures.underway or self.overdue_count)


def week_of(user: User, *, on: date) -> Week:
    """The last whole week before a day. Sixteen queries."""
    monday = on - timedelta(days=on.weekday() + 7)
    days = (monday, monday + timedelta(days=6))
    items = ActionItem.objects.visible_to(user)
    closed = items.filter(closed_on__range=days)
    due = (days[0] - timedelta(days=1), days[1] - timedelta(days=1))  # late from the day after
    overdue = Report.objects.visible_to(user).filter(due_on__lt=on, status__in=_UNDER_WAY)
    overdue = overdue.filter(incident__publications=None)
    return Week(
        monday=monday,
        figures=figures(items, on=on),
        opened=items.opened_within(*days).count(),
        done=_counted(closed.filter(state=ActionState.DONE).order_by("closed_on", "pk")),
        dropped=_counted(closed.filter(state=ActionState.WONT_DO).order_by("closed_on", "pk")),
        newly_late=_counted(items.underway().filter(due_on__range=due).order_by("due_on", "pk")),
        overdue=tuple(overdue.select_related("incident").order_by("due_on", "pk")[:_MOST_LISTED]),
        overdue_count=overdue.count(),
    )


def _counted(items: ActionItemQuerySet) -> Counted:
    return Counted(items.count(), tuple(items.select_related("incident", "owner")[:_MOST_LISTED]))
