"""What people type to invite somebody, to come in, and to be called by their name.

Plain forms: each names the few fields that it takes, and nothing else that is posted counts.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password

from accounts.models import Invitation, User, normal_email
from accounts.roles import Role


class InviteForm(forms.Form):
    email = forms.EmailField(label="Email", max_length=254)
    role = forms.ChoiceField(choices=Role.choices, initial=Role.ENGINEER)

    def clean_email(self) -> str:
        """As it will be stored: lower case can be longer than what was typed."""
        email = normal_email(self.cleaned_data["email"])
        if len(email) > 254:
            raise forms.ValidationError("This address is too long.", code="max_length")
        return email


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


class NameForm(forms.Form):
    name = forms.CharField(
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As colleagues see it.",
    )


class AcceptForm(forms.Form):
    """Name and password of a new account; the address and the role come from the invitation."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As colleagues see it.",
    )
    password = forms.CharField(
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        self._invitation = invitation
        kwargs["initial"] = {"name": invitation.name}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "password" in cleaned:
            account = User(email=self._invitation.email, name=cleaned.get("name", ""))
            try:
                validate_password(cleaned["password"], account)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned
