from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from accounts.roles import Capability, Role, role_allows
from incidents.authoring.forms.impacts import ASKED_LEVELS
from incidents.authoring.operations import fact_values
from incidents.draft_forms import DraftForm
from incidents.models import Component, Incident, IncidentStatus, Report, Severity, Team
from incidents.moments import to_moment
from incidents.snapshot import CAUSES
from incidents.tags import BadTags, in_one_line, read_tags
from incidents.zones import known_zone


class ZoneField(forms.CharField):
    """An IANA zone name; suggestions come from the page's `zones` datalist."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("widget", forms.TextInput({"list": "zones", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        name = super().clean(value) or "UTC"
        if not known_zone(name):
            raise ValidationError("Not a zone we know. Write it as Europe/Berlin, or UTC.", code="invalid")
        return name


class SeverityField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Severity.objects.order_by("rank"), empty_label="Choose…", **kwargs)


class IncidentForm(forms.Form):
    """The four answers that open an incident."""

    title = forms.CharField(
        label="What happened?",
        max_length=200,
        help_text="For colleagues. Customers get a headline of their own later.",
    )
    severity = SeverityField(label="How bad?")
    started_on = forms.DateField(
        label="When did it start?", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    started_time = forms.CharField(
        label="Time",
        max_length=30,
        widget=forms.TextInput({"placeholder": "05:10", "autocomplete": "off"}),
    )
    time_zone = ZoneField(label="Zone", initial="UTC")
    components = forms.ModelMultipleChoiceField(
        Component.objects.in_page_order(),
        label="What was affected?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_components = list(Component.objects.in_page_order())
        for component in self.known_components:
            self.fields[f"level_{component.pk}"] = forms.ChoiceField(
                choices=ASKED_LEVELS,
                label=f"How badly: {component}",
                required=False,
                widget=forms.Select({"class": "form-select"}),
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # the template has it
        self.helper.layout = Layout(
            "title",
            "severity",
            Row(
                Column("started_on", css_class="col-12 col-sm-5"),
                Column("started_time", css_class="col-5 col-sm-3"),
                Column("time_zone", css_class="col-7 col-sm-4"),
            ),
        )

    def affected(self) -> Iterator[tuple[Component, bool, forms.BoundField]]:
        """For the template: each component, whether it is ticked, and how badly it was hit."""
        ticked = {str(value) for value in self["components"].value() or ()}
        for component in self.known_components:
            level = self[f"level_{component.pk}"]
            came_back = not self.is_bound and bool(level.value())  # of a form that was not sent
            yield component, str(component.pk) in ticked or came_back, level

    @property
    def answers(self) -> dict[str, Any]:
        """What `open_incident` asks for; call after is_valid."""
        names = ("title", "severity", "started_at", "time_zone")
        levels = {each: self.cleaned_data[f"level_{each.pk}"] for each in self.cleaned_data["components"]}
        return {**{name: self.cleaned_data[name] for name in names}, "components": levels}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for component in cleaned.get("components") or ():
            name = f"level_{component.pk}"
            if name in self.fields and name in cleaned and not cleaned[name]:
                self.add_error(name, "Say how badly.")
        day, clock, zone = (cleaned.get(name) for name in ("started_on", "started_time", "time_zone"))
        if day and clock and zone:
            try:
                cleaned["started_at"] = to_moment(day, clock, ZoneInfo(zone))
            except ValidationError as error:
                self.add_error("started_time", error)
            else:
                if cleaned["started_at"] > timezone.now():
                    self.add_error("started_time", "This lies in the future.")
        return cleaned


class TagsField(forms.CharField):
    """Tags in one line, as a list; suggestions come from the page's `known-tags` datalist."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"list": "known-tags", "placeholder": "dns, deploy", "data-list": ""})
        super().__init__(required=False, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return in_one_line(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, list) else super().to_python(value)

    def clean(self, value: Any) -> Any:
        try:
            return read_tags(super().clean(value))
        except BadTags as refusal:
            raise ValidationError(str(refusal), code="tags") from refusal


class FactsForm(DraftForm):
    """What is known of an incident, and the two headlines."""

    title = forms.CharField(label="Title for colleagues", max_length=200)
    public_title = forms.CharField(
        label="Headline for customers",
        max_length=200,
        required=False,
        widget=forms.TextInput({"placeholder": "What customers went through, and for how long"}),
    )
    severity = SeverityField()
    status = forms.ChoiceField(choices=IncidentStatus.choices)
    time_zone = ZoneField(help_text="Of the times in this form. Customers see UTC.")
    lead = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Nobody")
    team = forms.ModelChoiceField(Team.objects.all(), required=False, empty_label="No team")
    byline = forms.CharField(
        max_length=120, required=False, widget=forms.TextInput({"placeholder": "A team, not a person"})
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Nobody", label="Who writes the report"
    )
    due_on = forms.DateField(
        label="Report due", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    cause = forms.ChoiceField(choices=[("", "Not said"), *CAUSES.items()], required=False)
    tags = TagsField(help_text="Separated by commas.")
    is_private = forms.BooleanField(
        label="Private",
        required=False,
        help_text="Only those who work on it and publishers see it.",
    )

    def __init__(self, *args: Any, incident: Incident, report: Report, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, prefix="facts", stored=fact_values(incident, report), **kwargs)
        self.incident, self.user = incident, user
        writers = User.objects.filter(
            role__in=[role for role in Role.values if role_allows(role, Capability.WRITE)], is_active=True
        )
        named = User.objects.filter(pk__in=[incident.lead_id, report.owner_id])  # also where they left
        for name in ("lead", "owner"):
            field: Any = self.fields[name]
            field.queryset = (writers | named).order_by("name", "id")
        self.dress()

    @property
    def shows_sorting(self) -> bool:
        """Whether cause and tags must be in sight: a report is due, or something is said there."""
        names = {"cause", "tags"}
        said = any(self[name].value() for name in names)
        return self.incident.severity.needs_report or said or not names.isdisjoint({*self.errors, *self.conflicts})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_private") and self.user is not None and not self._still_sees(self.user, cleaned):
            self.add_error("is_private", "You would lock yourself out: stay lead or writer, or ask a publisher.")
        return cleaned

    def _still_sees(self, user: User, cleaned: dict[str, Any]) -> bool:
        return user.may(Capability.PUBLISH) or user in {
            self.incident.opened_by,
            cleaned.get("lead"),
            cleaned.get("owner"),
        }
