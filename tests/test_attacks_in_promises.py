"""What people write of promises can't become part of a page or a mail: attack strings in items, teams and names."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from incidents.models import ActionItem, Incident, Team
from incidents.reminders.operations import remind, tell_the_week
from outbox.models import Delivery
from tests.factories import make_draft, make_incident, make_user, publish, show_promises
from tests.test_attacks_in_every_field import Faults, batches

pytestmark = pytest.mark.django_db

TEMPLATES = settings.BASE_DIR / "templates"
ATTACKS = [attack for batch in batches() for attack in batch]


@pytest.fixture
def admin(db: None) -> User:
    return make_user(Role.ADMIN, name=ATTACKS[0][:80])


@pytest.fixture
def client(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def incident(admin: User) -> Incident:
    """Each attack is a late promise; each is the name of a team too, and the title of the incident has some."""
    incident = Incident.objects.get(pk=make_draft(by=admin).incident_id)
    Incident.objects.filter(pk=incident.pk).update(title=" ".join(ATTACKS[1:4])[:120])
    due = timezone.now().date() - timedelta(days=7)
    for attack in ATTACKS:
        text = attack[:300]
        team = Team.objects.named(attack[:80])
        item = {"text": text, "done_when": text, "reason": text, "evidence": text, "tracker_url": text, "team": team}
        ActionItem.objects.create(incident=incident, owner=admin, due_on=due, **item)
    Team.objects.update(lead=admin)
    return incident


def test_pages_of_the_workspace(client: Client, incident: Incident) -> None:
    pages = ["/actions/?state=any", "/actions/overview/", "/metrics/", "/workspace/teams/", "/workspace/reminders/"]
    pages += [reverse("teams:team", args=[team.pk]) for team in Team.objects.all()[:12]]
    for item in incident.action_items.all()[:12]:
        pages += [reverse("board:item", args=[item.key]), f"/actions/?state=any&edit={item.key}"]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200
        assert Faults(answer.content.decode()).found == [], page


def test_what_is_typed_comes_back_as_text(client: Client) -> None:
    """Each form is refused for something else, and shows again what was typed."""
    item = ActionItem.objects.create(incident=make_incident(), text="Test the fuse")
    for typed in list(batches())[::4]:
        text = " ".join(typed)
        row = {"key": item.key, "is_row": "on", "state": "wont_do", "reason": text, "due_on": text}
        pages = [
            client.post("/actions/new/", {"incident": text, "text": text, "due_on": text}),
            client.post("/actions/change/", row),
            client.post("/workspace/teams/", {"name": text * 80}),
            client.get("/actions/", {"q": text, "team": text}),
        ]
        for page in pages:
            assert Faults(page.content.decode()).found == [], (page.request["PATH_INFO"], typed)
        assert {page.status_code for page in pages} <= {200, 400, 404, 422}


def test_mails(admin: User, incident: Incident) -> None:
    make_user(Role.MANAGER, name=ATTACKS[5][:80])
    remind(timezone.now())
    tell_the_week(timezone.now())

    mails = list(Delivery.objects.all())
    assert {mail.kind for mail in mails} == {"digest", "week"}
    # Mail programs know no style sheets: what our own templates say about style is not somebody else’s.
    files = [*TEMPLATES.glob("reminders/*.html"), *TEMPLATES.glob("accounts/mail/*.html")]
    ours = {style for path in files for style in re.findall(r'style="([^"]*)"', path.read_text())}
    for mail in mails:
        faults = [fault for fault in Faults(mail.html).found if fault.partition(" style=")[2] not in ours]
        assert faults == [], mail.kind
        assert "\n" not in mail.subject
        assert "\r" not in mail.subject


def test_page_of_public_promises() -> None:
    show_promises()
    for number in range(0, len(ATTACKS), 4):
        report = make_draft()
        ActionItem.objects.filter(incident=report.incident).update(public_text=ATTACKS[number][:300])
        publish(report)

    page = Client().get("/promises/").content.decode()

    assert page.count("<li") > len(ATTACKS) // 4
    assert Faults(page).found == []
