"""Every kind of public page, on a phone and on a desk, light and dark: nothing for axe to find, nothing too wide."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve

from incidents.models import PublicEvent
from incidents.public import catalogue
from tests.browser.public_site import REPORT, OpenAt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATHS = {
    "status": "/",
    "component": "/components/partpartpart/",
    "month of a component": "/components/part00000004/2026/3/",
    "event": "/incidents/openopenopen/",
    "planned": "/incidents/planplanplan/",
    "history": "/history/",
    "month": "/history/2023/3/",
    "tag": "/history/tag/power/",
    "month of a tag": "/history/tag/power/2023/3/",
    "cause": "/history/cause/hardware/",
    "month of a cause": "/history/cause/hardware/2023/3/",
    "reports": "/reports/",
    "month of reports": "/reports/2023/3/",
    "promises": "/promises/",
    "search": "/search/?q=power",
    "nothing found": "/search/?q=nothing-like-it",
    "search for too much": f"/search/?q={'x' * 300}",
    "report": REPORT,
    "long report": "/incidents/longlonglong/",
    "old version": f"{REPORT}versions/1/",
    "changes": f"{REPORT}versions/2/changes/",
    "changes since": f"{REPORT}versions/2/changes/1/",
    "tombstone": "/incidents/gonegonegone/",
    "not found": "/incidents/nothinghere/",
    "widget": "/embed/",
}
WIDTHS = (320, 360, 390, 767, 1180)


def kind(path: str) -> str:
    """The name of its address; a further page of a month is like the first."""
    return (resolve(urlsplit(path).path).url_name or "").replace("_page", "_month")


def test_every_kind_of_page_is_looked_at(site: str) -> None:
    public_ids = PublicEvent.objects.values_list("public_id", flat=True)
    paths = [
        *catalogue.of_lists(),
        *catalogue.of_site(),
        *(each for key in public_ids for each in catalogue.of_event(key)),
    ]
    assert {kind(path) for path in paths if path.endswith("/")} <= {kind(path) for path in PATHS.values()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1180])
def test_axe_finds_nothing(open_at: OpenAt, scheme: str, width: int) -> None:
    found = {}
    for name, path in PATHS.items():
        page = open_at(path, color_scheme=scheme, viewport={"width": width, "height": 800})
        results = Axe().run(page)
        if results.violations_count:
            found[name] = results.generate_report()
    assert found == {}


def test_nothing_is_wider_than_the_window(open_at: OpenAt) -> None:
    wide = []
    for name, path in PATHS.items():
        page = open_at(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            reached = page.evaluate("document.documentElement.scrollWidth")
            wide += [f"{name} is {reached} wide in {width}"] if reached != width else []
    assert wide == []
