"""Twenty thousand hostile characters cost a bounded multiple of twenty thousand honest ones; none of them is lost."""

from __future__ import annotations

import time

import markdown
import nh3
import pytest

from incidents import rendering
from incidents.rendering import MAX_MARKDOWN_LENGTH, conversion, plain_text, render_markdown

# Bare Python-Markdown takes up to four thousand times as long, our worst is at a dozen.
MOST_TIMES_HONEST = 30
HONEST = "\n\n".join(
    f"At 05:{minute:02} the *database* was **down** ([graph](https://a.example/{minute})), and nobody knew why yet."
    for minute in range(60)
)


def filled(unit: str, rest: str = "", share: float = 1.0) -> str:
    first = round(MAX_MARKDOWN_LENGTH * share)
    return (unit * first)[:first] + (rest * MAX_MARKDOWN_LENGTH)[: MAX_MARKDOWN_LENGTH - first]


UNITS = [
    *(
        "[",
        "![",
        "![a",
        "[a](",
        "[a](<",
        "[a](b '",
        '[a](b "',
        "[a][",
        "[](",
        "[[]]",
        "[a\n",
        "](",
        "<",
        "<a ",
        "<a@",
        "<!--",
    ),
    *(
        "<![CDATA[",
        "<http://",
        "http://",
        "https://a.b/",
        "https://a.b/)",
        "a@",
        "&",
        "&#",
        "&amp;",
        "\\",
        "\\*",
        "\\[",
        "(",
        ")",
    ),
    *("*", "**", "***", "_", "*a", "_a", "**a ", "***a**", "*a_b", "*aa*", "a**", "~~", "~~a", "`", "``a", "a`b``c```"),
    *(
        ">",
        "> ",
        ">\n",
        "> a\n\n",
        "- ",
        "-\n",
        "- a\n",
        "- a\n\n",
        "1. ",
        "1. a\n",
        "  - a\n",
        "#",
        "# ",
        "# #",
        "# a\n",
    ),
    *("a\n", "a\n\n", "a  \n", "a\n=\n", "a\n-\n", "---\n", "***\n", "```\n", "~~~\n", "~~~~", "    ", "\t", " ", "\n"),
    *(
        "|",
        "| ",
        "|\n",
        "|a|b\n",
        "a|b\n-|-\n",
        "a|b\n-|-\n1|2\n\n",
        "[a]: b\n",
        "[^a]",
        "a",
        "\u00e9",
        "\u0301",
        "\u0316\u0301",
    ),
    *(
        "\u05d0",
        "\u202e",
        "\U0001d160",
        "\U0001f469\u200d",
        "<br>",
        "[a](b) ",
        "![a](b) ",
        "`a` ",
        "**a** ~~b~~ ",
        "*a* ",
        "__**",
    ),
]
HOSTILE = {f"only {unit!r}": filled(unit) for unit in UNITS} | {
    "brackets in brackets": "[" * 10_000 + "]" * 10_000,
    "images in images": "![" * 5_000 + "](a)" * 2_500,
    "links in links": "[a " * 4_000 + "](b)" * 2_000,
    "parentheses in a link": "[a](" + "(" * 9_990 + ")" * 9_990,
    "emphasis in emphasis": "*a " * 5_000 + "b*" * 2_500,
    "emphasis after openers": filled(" _a**", "__~", 0.05),
    "emphasis of two kinds": filled("**a*~~", "a*a**__ **a~", 0.9),
    "lists by indent": "\n".join(" " * 2 * depth + "- a" for depth in range(138)),
    "list, quote, list": "> - " * 5_000,
    "many columns": "|" + "a|" * 3_300 + "\n|" + "-|" * 3_300 + "\n|" + "a|" * 3_300,
    "many cells": "|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "|\n" * 9_800,
    "table in a quote": "> |" + "a|" * 60 + "\n> |" + "-|" * 60 + "\n" + "> |\n" * 4_900,
    "fences in quotes": "> ```\n```\n" * 2_000,
    "closing marks": "# " + "#" * 9_000 + "a" + " #" * 5_000,
    "an address and its end": "https://a.b/" + ")." * 9_990,
}


def cost(text: str) -> float:
    """Seconds of this process; a pause of the machine is no cost of the text."""
    start = time.process_time()
    render_markdown(text)
    return time.process_time() - start


@pytest.fixture(scope="module")
def honest_cost() -> float:
    text = (HONEST * 3)[:MAX_MARKDOWN_LENGTH]
    return min(cost(text) for _ in range(5))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_costs_a_bounded_multiple_of_honest_text(text: str, honest_cost: float) -> None:
    assert len(text) <= MAX_MARKDOWN_LENGTH
    times = []
    for _ in range(3):
        times.append(cost(text) / honest_cost)
        if times[-1] < MOST_TIMES_HONEST:
            return
    pytest.fail(f"{min(times):.0f} times the cost of honest text")


@pytest.mark.parametrize(
    "text",
    [
        *(filled("**a*~~"), "|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "|\n" * 9_800, "> - " * 20 + "x", filled("a b\n")),
        *("- " * 20 + "x", filled("\\*")),
    ],
)
def test_what_would_be_costly_shows_as_typed(text: str) -> None:
    html = render_markdown(text)

    assert set(html.replace("<br>", "").replace("<p>", "").replace("</p>", "")) <= set(text) | set("&gt;")
    assert plain_text(text) == " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(
            f"- 05:{minute:02} the *database* was **down** ([graph](https://a.example/{minute}))"
            for minute in range(60)
        ),
        "| Time | What |\n|---|---|\n"
        + "\n".join(f"| 5:{minute} | `node_{minute}` was **slow** |" for minute in range(400)),
        "```\n" + "03:00:01 ERR x_y *z* [a](b)\n" * 700 + "```",
        "- - - - - - - - - - - - - - - - -",
    ],
)
def test_long_honest_text_is_markdown(text: str) -> None:
    assert not render_markdown(text).startswith("<p>")


class Panic(BaseException):
    """Like nh3's PanicException, which is no Exception."""


@pytest.mark.parametrize("failure", [RecursionError, AssertionError, MemoryError, Panic])
@pytest.mark.parametrize("place", [(conversion.Markdown, "convert"), (rendering, "sanitise")])
def test_a_failing_library_loses_no_text(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failure: type[BaseException],
    place: tuple[object, str],
) -> None:
    def fail(*_: object) -> str:
        raise failure

    monkeypatch.setattr(*place, fail)

    assert render_markdown("# a <b>\nc\n\n\nd\xa0&amp;") == "<p># a &lt;b&gt;<br>\nc</p>\n<p>d&nbsp;&amp;amp;</p>"
    assert "shown as typed" in caplog.text
    caplog.clear()


def test_stopping_the_process_is_no_failing_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(conversion.Markdown, "convert", stop)
    with pytest.raises(KeyboardInterrupt):
        render_markdown("a")


def test_the_libraries_are_those_that_were_measured() -> None:
    """Their internals are leaned on: a new major or minor version wants a look at conversion.py."""
    assert markdown.__version_info__[:2] == (3, 11)
    assert nh3.__version__.startswith("0.3.")
