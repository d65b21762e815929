from __future__ import annotations

from django import forms


class ApproveForm(forms.Form):
    """Carries the checksum of the customer version that was on the screen."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class SendBackForm(forms.Form):
    reason = forms.CharField(label="What should change?", max_length=500, widget=forms.Textarea({"rows": 3}))
