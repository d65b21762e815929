"""Tags are read like everything else that customers read, although they have no capitals to tell a name by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from incidents.checks import Finding
from tests.checks.saying import WHOLE, of
from tests.checks.test_people import NAMES


def tagged(*tags: str) -> list[Finding]:
    return of(replace(WHOLE, tags=tags), names=NAMES)


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("web-03.int.northwind", "host-name"),
        ("pg-prod-01", "host-name"),
        ("10.20.4.17", "private-address"),
        ("https://wiki.corp.northwind/x", "internal-url"),
        ("jan.novak@northwind.example", "email"),
        ("ops-4411", "ticket"),
        ("see ops-4411", "ticket"),
        ("inc0012345", "ticket"),
        ("@priya", "handle"),
        ("kowalczyk", "person"),
        ("marta kowalczyk", "person"),
        ("password=hunter2", "token"),
    ],
)
def test_what_belongs_inside_is_found_in_a_tag(tag: str, code: str) -> None:
    (finding,) = tagged("dns", tag)

    assert (finding.code, finding.place) == (code, "facts")
    assert "in a tag" in finding.message
    assert finding.words[0] in tag


@pytest.mark.parametrize(
    "tag",
    ["dns", "eu-central-1", "power feed", "http-500", "phase-2", "c#", "tls 1.2", "covid-19", "hope", "grant", "may"],
)
def test_a_tag_that_says_nothing_of_the_inside_is_fine(tag: str) -> None:
    assert tagged(tag) == []
