from __future__ import annotations

from django import forms


class PublishForm(forms.Form):
    """From the second version on, readers are told what changed."""

    change_note = forms.CharField(
        label="What changed?",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Readers see this beside the version.",
    )

    def __init__(self, *args: object, is_correction: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Form's own arguments
        if is_correction:
            self.fields["change_note"].required = True
        else:
            del self.fields["change_note"]


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Why is it withdrawn?",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Customers who follow a link find this reason, and nothing else.",
    )
