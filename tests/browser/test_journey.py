"""The whole way once, as people walk it: a report comes in, is edited, published, read, corrected, withdrawn."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.roles import Role
from incidents.models import Incident
from tests.browser.test_findings import accept_all
from tests.factories import make_component, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SEED = Path(__file__).parents[3] / "shared" / "seed" / "server-outage-incident-report.md"
REPORT = """# Server outage

> By The infrastructure team

# Summary

On March 6th, 2023, at 5am GMT +0, everything was down for 3 hours and 20 minutes.

# Timeline (all time in GMT + 0)

| Time (GMT + 0) | Actions |
| --- | --- |
| 4:34 AM | Power overload |
| 5:00AM | Server outage begins |
| 5:02AM | Pagers alerted the on-call team |
| 5:10AM | On-call team acknowledgement |
| 7:50AM | Successful rollback |
| 8:20AM | 100% of traffic back online |

# Root cause

A circuit was overloaded.

# Preventive measures

- Review the power systems.
"""


@pytest.fixture
def publisher(transactional_db: None, fresh_limits: None) -> Any:
    make_component("Websites")
    return make_user(Role.PUBLISHER, name="Team lead")


def log_in(page: Page, live_server: Any, user: Any) -> None:
    page.goto(live_server.url + "/accounts/login/")
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill("correct horse battery")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Incidents", exact=True)).to_be_visible()


def give_source(page: Page, tmp_path: Path) -> None:
    """The seed itself where it lies beside the checkout, else a report of its kind."""
    file = SEED
    if not file.exists():
        file = tmp_path / "report.md"
        file.write_text(REPORT, encoding="utf-8")
    page.get_by_label("Markdown file").set_input_files(file)


def save(part: Any, name: str = "Save", *, script: bool) -> None:
    """Press a button of a part; with the script there is nothing to press, and all arrives by itself."""
    page = part.page
    if not script:
        part.get_by_role("button", name=name, exact=True).click()
        page.wait_for_load_state()
        return
    page.locator("#editor-title").click()  # out of the field
    expect(page.locator("form.is-dirty")).to_have_count(0)
    expect(page.locator("#saved")).to_contain_text("Saved ")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_whole_way(browser: Browser, live_server: Any, publisher: Any, tmp_path: Path, script: bool) -> None:
    context = browser.new_context(java_script_enabled=script, locale="en-GB")
    context.set_default_timeout(8_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: dialog.accept())
    page.on("pageerror", lambda error: problems.append(str(error)))

    # In.
    log_in(page, live_server, publisher)
    page.get_by_role("link", name="Import a report").click()
    give_source(page, tmp_path)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="What was understood")).to_be_visible()
    page.get_by_label("Severity").select_option(label="Critical")
    page.get_by_role("button", name="Keep as a new incident").click()
    expect(page.get_by_role("heading", name=re.compile("^INC-1 "))).to_be_visible()

    # Through: correct a row, write for customers, make rows public.
    incident = Incident.objects.get()
    facts = page.locator("#facts")
    facts.get_by_label("Headline for customers").fill("A power overload took every server offline")
    facts.get_by_label("Byline").fill("Infrastructure team")
    save(facts, "Save facts", script=script)
    row = page.locator("form.entry").filter(has=page.get_by_text("Power overload")).first
    row.get_by_label("What happened").fill("A power overload begins")
    save(row, script=script)
    expect(page.locator("form.entry").first.get_by_label("What happened")).to_have_value("A power overload begins")
    page.get_by_text("Make all rows public…").click()
    page.get_by_role("button", name="Make them public").click()
    expect(page.locator("#timeline-rows .visibility-internal:visible")).to_have_count(0)
    summary = page.locator("#section-summary")
    summary.get_by_label("For customers").fill("Every request failed. **No data was lost.**")
    save(summary, script=script)
    action = page.locator("#actions form.entry").first
    action.get_by_role("button", name="make it public").click()
    expect(page.locator("#actions form.entry").first.get_by_role("button", name="make it internal")).to_be_visible()
    action.get_by_label("What it does").select_option(label="Detects it sooner")
    save(action, script=script)
    expect(page.get_by_text("must be fixed")).to_have_count(0)

    # Nothing of it is public yet.
    public = f"{live_server.url}/incidents/{incident.public_id}/"
    reader = browser.new_context().new_page()
    assert reader.goto(public).status == 404

    # Review and publish.
    page.get_by_role("link", name="Ask for review").click()
    page.get_by_role("button", name="Ask for review").click()
    page.get_by_role("link", name="Review…").click()
    accept_all(page)
    page.get_by_role("button", name="Approve this version").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("link", name="Read it as customers do").click()
    expect(page).to_have_url(public)

    # Read as a customer.
    assert reader.goto(public).status == 200
    expect(reader.get_by_role("heading", level=1)).to_have_text("A power overload took every server offline")
    expect(reader.get_by_text("No data was lost.")).to_be_visible()
    expect(reader.locator("main")).to_contain_text("3 h 20 min")
    expect(reader.locator("main")).to_contain_text("A power overload begins")
    expect(reader.locator("main")).not_to_contain_text("LinkedIn", ignore_case=True)
    assert reader.context.cookies() == []

    # Correct.
    page.goto(f"{live_server.url}/workspace/{incident.number}/")
    page.get_by_role("button", name="Start a correction").click()
    summary = page.locator("#section-summary")
    summary.get_by_label("For customers").fill("Every request failed. **No customer data was lost.**")
    save(summary, script=script)
    page.get_by_role("link", name="Ask for review").click()
    page.get_by_role("button", name="Ask for review").click()
    page.get_by_role("link", name="Review…").click()
    page.get_by_role("button", name="Approve this version").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    page.get_by_label("What changed?").fill("We say whose data.")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("heading", name="Version 2 is public")).to_be_visible()

    # Version 2, and the difference.
    reader.goto(public)
    reader.get_by_role("link", name=re.compile("Version 2, see what changed")).click()
    expect(reader.locator("main")).to_contain_text("We say whose data.")
    reader.goto(f"{public}versions/2/changes/")
    expect(reader.locator("ins", has_text="customer")).to_be_visible()
    assert reader.goto(f"{public}versions/1/").status == 200

    # Withdraw, and the tombstone.
    page.goto(f"{live_server.url}/workspace/{incident.number}/")
    page.locator("#editor-more summary").click()
    page.get_by_role("link", name="Withdraw…").click()
    page.get_by_label("Why is it withdrawn?").fill("It described the building too closely.")
    page.get_by_role("button", name="Withdraw the report").click()
    expect(page.locator("#editor-bar")).to_contain_text("Withdrawn")
    for path in ("", "report.md", "report.json", "versions/1/", "versions/2/changes/"):
        assert reader.goto(public + path).status == 410, path
    reader.goto(public)
    expect(reader.locator("main")).to_contain_text("It described the building too closely.")
    expect(reader.locator("main")).not_to_contain_text("power overload")

    expected = [text for text in problems if "422" in text]  # the browser reports our refusals as errors
    assert problems == expected
    context.close()
