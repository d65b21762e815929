"""The rules that say when promises are due, beside what a severity asks."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from incidents.models import DueRule, Severity
from incidents.severities.operations import add_severity
from tests.factories import NOW
from tests.severities.sending import address, opened, sent

pytestmark = pytest.mark.django_db


def rules(severity: Severity) -> dict[str, tuple[Any, ...]]:
    return {
        rule.priority: (rule.days, rule.assign_days, rule.lead_after_days, str(rule.clock), rule.skips_weekends)
        for rule in DueRule.objects.filter(severity=severity)
    }


def test_a_new_severity_has_the_first_rules(admin: User) -> None:
    added = add_severity(values={"name": "Security", "tone": "critical"}, by=admin, at=NOW)

    assert rules(added) == {
        "high": (30, 2, 7, "resolved", False),
        "medium": (60, 5, 14, "resolved", False),
        "low": (90, None, 30, "resolved", False),
    }


def test_rules_are_changed_and_taken_away(admin_client: Client, low: Severity) -> None:
    page = opened(admin_client, address(low))
    changes = {"high_days": "5", "high_assign_days": "", "due_clock": "published", "due_skips_weekends": "on"}
    nothing = {"low_days": "", "low_assign_days": "", "low_lead_after_days": ""}

    response = admin_client.post(address(low), sent(page, **changes, **nothing))

    assert response.status_code == 302
    assert rules(low) == {"high": (5, None, 7, "published", True), "medium": (90, 5, 14, "published", True)}
    assert sent(opened(admin_client, address(low)))["low_days"] == ""


@pytest.mark.parametrize("value", ["0", "-1", "1001", "soon", "1e3"])
def test_what_is_no_number_of_days_is_told_beside_it(admin_client: Client, low: Severity, value: str) -> None:
    page = opened(admin_client, address(low))

    response = admin_client.post(address(low), sent(page, high_days=value))

    assert response.status_code == 422
    assert "Give a number of days from 1 to 1000" in response.content.decode()


def test_half_a_rule_is_asked_about(admin_client: Client, low: Severity) -> None:
    page = opened(admin_client, address(low))

    response = admin_client.post(address(low), sent(page, high_days=""))

    assert response.status_code == 422
    assert "Say how many days, or leave the others empty too." in response.content.decode()
