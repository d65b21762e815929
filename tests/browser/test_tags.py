"""Tags are typed in one line: suggestions go on behind the comma, and saving doesn't take the comma away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from incidents.models import Incident, Report
from tests.browser.writing import arrived, leave
from tests.factories import make_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(incident: Incident, people: Callable[[str], Page]) -> Page:
    Report.objects.filter(pk=make_draft().pk).update(tags=["power", "dns"])
    return people("Anna")


def tags(incident: Incident) -> list[str]:
    return Report.objects.get(incident=incident).tags


def suggested(page: Page) -> list[str]:
    return page.locator("#known-tags option").evaluate_all("(all) => all.map(({ value }) => value)")


def test_what_was_used_before_is_suggested_behind_the_comma(page: Page) -> None:
    field = page.get_by_label("Tags")
    assert suggested(page) == ["dns", "power"]

    field.press_sequentially("Power, d")

    assert suggested(page) == ["Power, dns"]


def test_a_save_in_the_middle_leaves_the_line_to_its_writer(page: Page, incident: Incident) -> None:
    field = page.get_by_label("Tags")
    field.press_sequentially("#Power, ")
    arrived(page)
    assert tags(incident) == ["power"]
    expect(field).to_have_value("#Power, ")

    field.press_sequentially("data  hall,")
    leave(page)

    expect(field).to_have_value("power, data hall")
    assert tags(incident) == ["power", "data hall"]
