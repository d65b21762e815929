"""Nothing that somebody writes becomes more than text, links and the images we host."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.rendering import RenderedImage, plain_text, render_markdown, render_plain
from incidents.rendering.sanitiser import sanitise
from tests.rendering.attacks import ATTACKS, EVERY_ATTACK, in_every_context
from tests.rendering.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

IMAGES = {"chart": RenderedImage("/media/chart.png", 640, 480, "Requests a minute")}
MARKS = [
    *("# ", "\n", "\n\n", "  ", "    ", "- ", "1. ", "> ", "|", "|-|-|", "---", "```", "~~~", "`", "*", "**", "_"),
    *("~~", "[", "]", "(", ")", "](", "![", "<", ">", "</", "<!--", "-->", "<a href=", '"', "'", "&", "&#", ";", "\\"),
    *("https://a.example/", "javascript:", "attachment:chart", "<br>", "onerror=ran()", "<script>", "\u202e", "\x00"),
]
TEXTS = st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=4)), max_size=40).map("".join)


def render(text: str) -> str:
    return render_markdown(text, images=IMAGES)


def test_there_are_enough_attacks() -> None:
    assert len(EVERY_ATTACK) == len(set(EVERY_ATTACK)) >= 150
    assert len(ATTACKS) >= 12


@pytest.mark.parametrize("attack", EVERY_ATTACK)
def test_attacks_stay_text_wherever_they_stand(attack: str) -> None:
    for text in in_every_context(attack):
        html = render(text)
        assert Page(html).faults == [], text
        assert sanitise(html, {"/media/chart.png"}) == html, text


@pytest.mark.parametrize("attack", EVERY_ATTACK)
def test_attacks_in_one_line_fields_stay_text(attack: str) -> None:
    page = Page(str(render_plain(attack)).replace("<bdi>", "").replace("</bdi>", ""))

    assert page.faults == []
    assert "<" not in str(render_plain(attack)).removeprefix("<bdi>").removesuffix("</bdi>")


@pytest.mark.parametrize("attack", EVERY_ATTACK)
def test_the_sanitiser_alone_is_enough(attack: str) -> None:
    """Were raw HTML to get through one day, it would still be stopped."""
    html = sanitise(f"<p>{attack.encode(errors='ignore').decode()}</p>", {"/media/chart.png"})

    assert Page(html).faults == []
    assert sanitise(html, {"/media/chart.png"}) == html


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("{{7*7}} {% debug %} %(KEY)s", "{{7*7}} {% debug %} %(KEY)s"),
        ("<script>ran()</script>", "<script>ran()</script>"),
        ("<!-- ask legal -->", "<!-- ask legal -->"),
        ("Map<String, List<int>> is <nil>", "Map<String, List<int>> is <nil>"),
        ("[runbook](/wiki/runbook) [x](javascript:ran())", "runbook x"),
    ],
)
def test_markup_of_others_shows_as_typed(markdown: str, words: str) -> None:
    assert Page(render(markdown)).text == words
    assert plain_text(markdown) == words


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_text_is_clean(text: str) -> None:
    html = render(text)

    assert Page(html).faults == []
    assert sanitise(html, {"/media/chart.png"}) == html


KEPT = st.lists(
    st.sampled_from([mark for mark in MARKS if not set(mark) & set("()[]&'\"`~<>") and not mark.isalpha()])
    | st.sampled_from(
        ["alpha ", "beta", "<gamma>", "(delta)", "[eps] ", "zeta\n", " eta", "| theta | iota |\n", "~~x~~"]
    ),
    max_size=60,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(KEPT)
def test_no_letter_is_lost(text: str) -> None:
    def letters(text: str) -> str:
        return "".join(filter(str.isalpha, text))

    assert letters(Page(render(text)).text) == letters(text)


@pytest.fixture
def threads_change_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("threads_change_often")
def test_threads_do_not_mix_their_texts() -> None:
    texts = [f"# {number}\n\n- *a{number}*\n\n```\ncode {number}\n```" for number in range(40)]
    alone = [render(text) for text in texts]
    start = threading.Barrier(8)

    def render_all(_: int) -> list[str]:
        start.wait()
        return [render(text) for text in texts]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(render_all, range(8))) == [alone] * 8
