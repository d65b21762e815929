from __future__ import annotations

from django import forms
from django.utils.http import url_has_allowed_host_and_scheme

from incidents.review.findings.operations import SHORTEST_REASON, ReasonMissing

_FINGERPRINT = r"^[0-9a-f]{64}$"


class FindingForm(forms.Form):
    """Names a finding, and where to go on: `next` is a path of this site, or empty."""

    fingerprint = forms.RegexField(regex=_FINGERPRINT)
    next = forms.CharField(required=False, max_length=500)

    def clean_next(self) -> str:
        path: str = self.cleaned_data["next"]
        return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


class AcceptForm(FindingForm):
    reason = forms.CharField(
        min_length=SHORTEST_REASON,
        max_length=500,
        error_messages={"required": str(ReasonMissing()), "min_length": str(ReasonMissing())},
    )
