"""What belongs inside: host names, addresses, links, mailboxes, tickets, handles. And what looks like that."""

from __future__ import annotations

import pytest

from tests.checks.saying import marks, of, saying, words


@pytest.mark.parametrize(
    "name",
    [
        "web-03.int.northwind", "db1.internal", "printer.local", "wiki.corp", "cache-07.fra.internal", "nas.lan",
        "payments.default.svc.cluster.local", "db-main-2.prod.harborline.example", "web-03", "pg-prod-01", "backup04",
        "appsrv11", "kafka-broker-3", "rtr-graz-02", "node-14", "printserver-2", "checkout-7d9f8b6c5d-x2x4z", "eu-db-2",
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["It was {} again.", "`{}`", "({})", "**{}**:", "{}’s disk", "- {},"])
def test_host_names(name: str, around: str) -> None:
    assert marks(around.format(name)) == [("host-name", name)]


@pytest.mark.parametrize(
    "text",
    [
        "Version 10.4.2 of the proxy and Python 3.11 with node18, HTTP2, db2, s3 and web3.",
        "Regions us-east-1, eu-central-1 and ap-southeast-2a; phase-2, tier-1, level-3, day-2 and step-4.",
        "www.example.com, status.example.com, web.dev, en.wikipedia.org and mx1.example.com answered.",
        "com.example.internal.Parser failed, and `config.local` was missing.",
        "On-call, e-mail, 24-7, mid-2024, top-10, covid-19, gpt-4, de_dust-2, x86-64 and arm-64.",
        "We saw 1.2 million requests, i.e. 99.97% of 12.5/s, e.g. at 05:30.",
        "blog-2, catalog-3, sandbox-1, research-4, bookstore-7, profile-12 and whatsapp-2.",
        "Our local and internal tests, the corp. and the home page.",
    ],
)
def test_no_host_names(text: str) -> None:
    assert words(text, "host-name") == []


@pytest.mark.parametrize(
    "address",
    [
        "10.20.4.17", "172.16.31.5", "192.168.40.12", "169.254.10.1", "100.64.3.9", "fd12:3456:789a::17",
        "fe80::1ff:fe23:4567:890a", "00:1B:44:11:3A:B7", "10.1.2.0/24", "10.9.8.7:5432",
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["It was {}.", "`{}`", "({}, and others)"])
def test_private_addresses(address: str, around: str) -> None:
    assert marks(around.format(address)) == [("private-address", address)]


@pytest.mark.parametrize(
    "text",
    [
        "Our ranges 203.0.113.0/24 and 2001:db8::/32 and 8.8.8.8 did not change.",
        "Private networks (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16) were not affected.",
        "Open http://192.168.1.1 or 192.168.178.1 to restart your router.",
        "Version 10.4.2.1 and firmware 10.0.0.7 are fixed; so is v10.1.1.1.",
        "172.32.0.1, 11.0.0.1, 192.169.1.1, 999.1.1.1 and 127.0.0.1 are none.",
        "::1, 1:2:3, 05:00:33 and a ratio of 10:20:30 are none.",
    ],
)
def test_no_private_addresses(text: str) -> None:
    assert words(text, "private-address") == []


@pytest.mark.parametrize(
    "link",
    [
        "http://wiki.corp.northwind/failover", "https://10.3.0.22:8443/calendar", "http://grafana.lan:3000/d/abc",
        "http://proxy-api:8001/api", "https://jira.example.com/browse/X", "https://northwind.atlassian.net/browse/PAY",
        "https://docs.google.com/document/d/1aBcD/edit", "https://app.slack.com/client/T024BE7LD/C03ABC",
        "https://northwind.slack.com/archives/C0123/p123", "https://northwind.pagerduty.com/incidents/P1",
        "https://admin:x@intranet/x",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "around", ["See {}.", "[Details]({}) are there.", "<{}>", "`{}`", "[![chart]({})](https://a.example)"]
)
def test_links_that_customers_cannot_follow(link: str, around: str) -> None:
    assert ("internal-url", link) in marks(around.format(link))


@pytest.mark.parametrize(
    "target",
    [
        "10.0.0.12", "10.0.0.12:8443/calendar", "<10.0.0.12>", "//db-3.internal/path", "//10.3.0.22", "db-3.internal",
        "db-3.internal:5432/x?y#z", "wiki.corp/failover", "web-03", "web-03:9090/graph", "jira.example.com/browse/X",
        "//northwind.slack.com/archives/C0123", "deploy@10.0.0.12:x", "runbooks/db-3.internal.md", "../10.0.0.12/x",
        "[fd12:3456:789a::17]:80", "ssh:web-03.int.northwind", "//intranet/x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("link", ["[Details]({}) are there.", "![chart]({})", '[a]({} "title")'])
def test_a_target_without_a_scheme_leads_inside_too(target: str, link: str) -> None:
    assert marks(link.format(target)) == [("internal-url", target.strip("<>"))]


@pytest.mark.parametrize(
    "target",
    [
        "www.example.com/a", "status.example.com", "//www.example.com/x", "/help/relays", "./a.md", "images/queue.png",
        "#impact", "?page=2", "attachment:abcdefghjkmn", "tel:+49-30-123456", "203.0.113.7", "release-10.4.2.html", "docs/page-2", "",
        "README", "mailto:support@northwind.example", "//localhost:8000/x", "eu-west-1", "help", "phase-2/plan",
    ],
)  # fmt: skip
def test_a_target_without_a_scheme_that_says_nothing(target: str) -> None:
    assert marks(f"[Details]({target}) are there.") == []


def test_what_only_the_title_of_a_link_says() -> None:
    assert marks('[a](https://a.example "from web-03, see OPS-4411")') == [
        ("host-name", "web-03"),
        ("ticket", "OPS-4411"),
    ]


def test_links_for_everybody() -> None:
    text = (
        "Read https://northwind.example/blog/relays, [AWS](https://status.aws.amazon.com/a?b=c), "
        "https://slack.com/help and https://www.atlassian.com or http://localhost:8000 and "
        "[mail us](mailto:support@northwind.example), [this chapter](#impact), ![chart](attachment:abc)."
    )

    assert words(text, "internal-url") == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ask jan.novak@northwind.example.", ["jan.novak@northwind.example"]),
        ("<j.doe+x@mail.northwind.example>", ["j.doe+x@mail.northwind.example"]),
        ("[write](mailto:jan@northwind.example)", ["jan@northwind.example"]),
        ("support@northwind.example, press@a.example, No-Reply@a.example, help-desk@b.example", []),
        ("security+2026@a.example and billing.team@a.example", []),
        ("eslint-scope@3.7.2 and deploy@web-x", []),
        ("a @ b, 5@home, @all and foo@", []),
    ],
)
def test_mailboxes_of_persons(text: str, wanted: list[str]) -> None:
    assert words(text, "email") == wanted


@pytest.mark.parametrize(
    "ticket", ["OPS-4411", "INC-12", "PAY-88", "GIT-2087", "#48213", "#12", "CHG0031842", "INC0012345", "A2B-7"]
)
@pytest.mark.parametrize("around", ["See {}.", "({})", "`{}`", "as {}, then"])
def test_tickets(ticket: str, around: str) -> None:
    assert marks(around.format(ticket)) == [("ticket", ticket)]


@pytest.mark.parametrize(
    "text",
    [
        "UTF-8, SHA-256, AES-256, HTTP-500, TLS-1.2, RFC-2616, ISO-8583, COVID-19, CVE-2026-11235, GPT-4, UTC-5, IPv6.",
        "The model RX-400, error E-1042, plan MAX-50, flight LH-441, class AB-12 and order #48213.",
        "Priority #1, C#, F-16 and Level-3, Tier-1, Switch-2.",
        "A 24-7 service for 3-4 days, on 2026-03-06.",
    ],
)
def test_no_tickets(text: str) -> None:
    assert words(text, "ticket") == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("@priya mended it, with @will.turner.", ["@priya", "@will.turner"]),
        ("`@jsmith` said so", ["@jsmith"]),
        ("Follow @tallyhostatus, @NorthwindSupport and @acmehelp.", []),
        ("The @angular/core package, `@media` rules, @Override and a@b.", []),
        ("5 @ 3, @ home, @12", []),
    ],
)
def test_handles(text: str, wanted: list[str]) -> None:
    assert words(text, "handle") == wanted


def test_what_stands_in_one_place_is_told_together() -> None:
    (finding,) = of(saying("web-01, web-02, web-03 and web-04 and again web-01 went down."))

    assert finding.words == ("web-01", "web-02", "web-03", "web-04")
    assert finding.message == (
        "“web-01”, “web-02”, “web-03” and 1 more in “Impact” look like internal host names. Say what the machine does."
    )
    assert (finding.place, finding.blocks, finding.quote) == (
        "section-impact",
        False,
        "web-01, web-02, web-03, web-04",
    )
