"""Preview, review and publish page ask as many questions with one row and image as with three."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.authoring.operations import add_image, add_impact, revise_image, revise_section
from incidents.models import Report
from tests.factories import NOW, approve, make_component, make_draft, make_user
from tests.test_no_draft_leaks import picture

pytestmark = pytest.mark.django_db


def report_with(count: int) -> Report:
    """An approved report with that many rows, components and images."""
    writer = make_user()
    report = make_draft(by=writer, rows=count)
    for _ in range(count):
        add_impact(report.incident, make_component(), by=writer, at=NOW)
    images = [add_image(report.incident, picture(), alt="", by=writer, at=NOW) for _ in range(count)]
    for image in images:
        revise_image(image, changes={"alt": "A chart", "is_public": True}, by=writer, at=NOW)
    shown = "\n\n".join(image.markdown for image in images)
    revise_section(report.incident, "impact", changes={"text": "", "public_text": shown}, by=writer, at=NOW)
    return approve(Report.objects.get(pk=report.pk))


@pytest.mark.parametrize("name", ["publishing:preview", "review:review", "publishing:publish"])
def test_queries_do_not_grow(client: Client, settings: Any, tmp_path: Any, name: str) -> None:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(make_user("publisher"))
    asked = []
    for count in (1, 3):
        report = report_with(count)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(reverse(name, args=[report.incident.number]))
        assert response.status_code == 200
        asked.append(len(captured))
        if name == "publishing:preview":
            pictures = [
                reverse("authoring:image_content", args=[report.incident.number, pk])
                for pk in report.incident.attachments.values_list("pk", flat=True)
            ]
            assert len(pictures) == count
            assert all(f'src="{address}"' in response.content.decode() for address in pictures)

    assert asked[0] == asked[1]
