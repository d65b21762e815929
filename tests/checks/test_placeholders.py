"""What was left to be filled in blocks; what only looks so does not."""

from __future__ import annotations

import pytest

from tests.checks.saying import of, saying, words


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("TODO: add the graph.", "TODO"),
        ("TODO(kim): explain.", "TODO"),
        ("The cause is TBD.", "TBD"),
        ("FIXME who reported it?", "FIXME"),
        ("Affected: XXX shops.", "XXX"),
        ("**TBC** by Monday", "TBC"),
        ("Lorem ipsum dolor sit amet.", "Lorem ipsum"),
        ("[Insert a short summary here]", "[Insert a short summary here]"),
        ("[your name]", "[your name]"),
        ("[add the graph of the day]", "[add the graph of the day]"),
        ("Hit <number> customers", "<number>"),
        ("in <Region>", "<Region>"),
        ("until [date]", "[date]"),
        ("for [X] hours", "[X]"),
        ("for [??] minutes", "[??]"),
        ("It took {{ resolution_time }}.", "{{ resolution_time }}"),
        ("From 07:55 to XX:XX UTC.", "XX:XX"),
        ("…", "…"),
        ("Cause: ...", "..."),
        ("[Incident Report Title]", "[Incident Report Title]"),
        ("Date: YYYY-MM-DD\nTime: all day", "YYYY-MM-DD"),
        ("- Duration: X hours", "X hours"),
        ("- Cause:\n- Effect: ???", "???"),
    ],
)
def test_placeholders_block(text: str, left: str) -> None:
    assert words(text, "placeholder") == [left]
    (finding,) = (finding for finding in of(saying(text)) if finding.code == "placeholder")
    assert finding.blocks


@pytest.mark.parametrize(
    "text",
    [
        "Todo lists did not sync, and “to do” counts were wrong.",
        "A new index was built during business hours… and it took memory.",
        "`TODO` comments, `<name>` and `{{ first_name }}` were shown to customers.",
        "```\n# TODO: nothing\n...\n```",
        "List<String> values and the <title> element were fine; so was <script>.",
        "[the status page](https://status.example.com) and [1] and [x] are no gaps.",
        "- [x] Mail\n- [ ] Search",
        "Press [X] to close, then [Y] or [N].",
        "Answers were 5xx, the film xXx played, and the XXL plan too.",
        "“They [the customer] saw it [sic]”, on the [Northwind Status Page].",
        "Dates are written as YYYY-MM-DD, times as HH:MM.",
        "Then what? We waited. “Really?!” they asked.",
        "The mastodonTODOapp and TBDs are words of their own.",
        "The array [0] and the set {a, b} stayed.",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert words(text, "placeholder") == []


def test_the_way_out_is_said() -> None:
    (finding,) = of(saying("Mails began with “Dear {{ first_name }}”."))

    assert finding.message == (
        "“{{ first_name }}” in “Impact” was left to be filled in. If it belongs there, set it as `code`."
    )
