"""The badge: a state in words, for the page and for one component."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from PIL import ImageColor

from incidents.models import ComponentStatus
from incidents.public.formats import badge as badges
from tests.factories import make_component
from tests.public.formats.telling import incident, maintenance, say

pytestmark = pytest.mark.django_db

SVG = "{http://www.w3.org/2000/svg}"


def drawn(path: str = "/badge.svg") -> ET.Element:
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Access-Control-Allow-Origin"] == "*"
    return ET.fromstring(response.content)  # noqa: S314  # our own answer


def words(svg: ET.Element) -> list[str]:
    return [each.text or "" for each in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("level", "whole", "one"),
    [
        ("operational", "All systems operational", "Operational"),
        ("degraded_performance", "Degraded performance", "Degraded performance"),
        ("partial_outage", "Partial outage", "Partial outage"),
        ("major_outage", "Major outage", "Major outage"),
        ("under_maintenance", "Under maintenance", "Under maintenance"),
    ],
)
def test_the_state_is_told_in_words(level: str, whole: str, one: str) -> None:
    component = make_component("Check & <out>", status=level)
    svg = drawn()
    assert words(svg) == ["status", whole]
    assert svg.get("aria-label") == svg.findtext(f"{SVG}title") == f"status: {whole}"
    assert svg.get("role") == "img"
    assert words(drawn(f"/components/{component.public_id}/badge.svg")) == ["Check & <out>", one]


def test_an_open_incident_counts_where_no_component_shows_it() -> None:
    make_component()
    event = incident(impact="critical")
    assert words(drawn()) == ["status", "Major outage"]
    say(event, "resolved", "Over.")
    assert words(drawn()) == ["status", "All systems operational"]
    say(maintenance(), "in_progress", "We begin.")
    assert words(drawn()) == ["status", "Under maintenance"]


def test_nothing_comes_from_elsewhere_and_nothing_sticks_out() -> None:
    component = make_component("An uncommonly long name of a component that somebody gave to it")
    svg = drawn(f"/components/{component.public_id}/badge.svg")
    assert {each.tag.removeprefix(SVG) for each in svg.iter()} == {"svg", "title", "clipPath", "g", "rect", "text"}
    width = int(svg.get("width", "0"))
    ends = [int(each.get("x", "0")) + int(each.get("textLength", "0")) for each in svg.iter(f"{SVG}text")]
    assert max(ends) + 7 == width < 450
    assert words(svg)[0].endswith("…")


@pytest.mark.parametrize("level", ComponentStatus)
def test_white_words_can_be_read_on_each_colour(level: ComponentStatus) -> None:
    def light(colour: str) -> float:
        parts = [value / 255 for value in ImageColor.getrgb(colour)]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in (badges._COLOURS[level], badges._LABEL_COLOUR):
        assert 1.05 / (light(colour) + 0.05) > 4.5


def test_an_unknown_component_has_none() -> None:
    assert Client().get("/components/aaaaaaaaaaaa/badge.svg").status_code == 404
