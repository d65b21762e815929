from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from incidents.models.action_item import ActionItem

if TYPE_CHECKING:
    from accounts.models import User

_LONGEST = 500
_ONE_EDIT = timedelta(minutes=10)


_LABELS = {
    "text": "wording",
    "public_text": "what customers read",
    "due_on": "due",
    "done_when": "finish test",
    "tracker_url": "ticket",
}


class ActionChangeQuerySet(models.QuerySet["ActionChange"]):
    def record(
        self, item: ActionItem, changed: Mapping[str, tuple[str, str]], *, by: User | None, at: datetime
    ) -> None:
        """Each field that changed, with what it was and what it is. Call while the item is locked.

        Letters that arrive one after the other are one change: while the same person writes on in the same field.
        """
        last = {change.field: change for change in self.filter(item=item, field__in=changed).order_by("at", "id")}
        for name, (old, new) in changed.items():
            before = last.get(name)
            if before and before.by_id == (by.pk if by else None) and timedelta(0) <= at - before.at <= _ONE_EDIT:
                before.new, before.at = new[:_LONGEST], at
                if before.new == before.old:
                    before.delete()
                else:
                    before.save(update_fields=["new", "at"])
            else:
                self.create(item=item, field=name, old=old[:_LONGEST], new=new[:_LONGEST], by=by, at=at)


class ActionChange(models.Model):
    """One field of an action item that changed: from what, to what, when, and by whom. Written by operations only.

    `old` and `new` are as a form sends them; people and teams by their names. `by` is None for what a rule did.
    """

    item = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="changes")
    field = models.CharField(max_length=20)
    old = models.CharField(max_length=_LONGEST, blank=True)
    new = models.CharField(max_length=_LONGEST, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = ActionChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["item", "-at", "-id"], name="action_change_newest")]

    def __str__(self) -> str:
        return f"{self.label}: {self.old_words} → {self.new_words}"

    @property
    def label(self) -> str:
        """What changed, as it stands in a line."""
        return _LABELS.get(self.field, self.field.replace("_", " "))

    @property
    def old_words(self) -> str:
        return self._in_words(self.old)

    @property
    def new_words(self) -> str:
        return self._in_words(self.new)

    def _in_words(self, value: str) -> str:
        choices = getattr(ActionItem._meta.get_field(self.field), "choices", None)  # noqa: SLF001  # Django documents it
        return str(dict(choices or ()).get(value, value))
