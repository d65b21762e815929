from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import User
from accounts.roles import Capability
from incidents.models import MAX_COMMENT_LENGTH, Publication

DRAFT = "draft"


class AskForm(forms.Form):
    """Who is asked to read the report. Nobody means: any publisher."""

    reviewers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Somebody you chose can’t approve any more. Choose again."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["reviewers"]
        people.queryset = User.objects.who_may(Capability.PUBLISH).by_name()


class ApproveForm(forms.Form):
    """Carries the checksum of the customer version that was on the screen."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class SendBackForm(forms.Form):
    reason = forms.CharField(label="What should change?", max_length=500, widget=forms.Textarea({"rows": 3}))


class CommentForm(forms.Form):
    """A new comment, or an answer, which has no place of its own."""

    place = forms.CharField(max_length=40, required=False)
    text = forms.CharField(
        max_length=MAX_COMMENT_LENGTH,
        error_messages={"required": "Write something first."},
    )


class CompareForm(forms.Form):
    """Two of the versions and the draft. What isn't said is the newest version, and the draft."""

    def __init__(self, data: Any, *, publications: Sequence[Publication]) -> None:
        versions = [(str(each.number), _version_label(each)) for each in publications]
        newest = versions[0][0] if versions else DRAFT
        super().__init__({"from": data.get("from", newest), "to": data.get("to", DRAFT)})
        for name, label in (("from", "From"), ("to", "To")):
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=[(DRAFT, "The draft"), *versions],
                widget=forms.Select({"class": "form-select"}),
                error_messages={"invalid_choice": "There is no such version."},
            )


def _version_label(publication: Publication) -> str:
    withdrawn = ", withdrawn" if hasattr(publication, "retraction") else ""
    at = publication.published_at
    return f"Version {publication.number}, {at.day} {at:%B %Y}{withdrawn}"
