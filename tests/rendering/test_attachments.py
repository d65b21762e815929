"""Attachments are found in Markdown wherever the page would show them."""

from __future__ import annotations

import time

import pytest

from incidents.rendering import RenderedImage, render_markdown
from incidents.rendering.attachments import attachment_keys, replace_attachments

URL = "/media/chart.png"
SHOWN = [
    "![alt](attachment:pic234)",
    "![](attachment:pic234)",
    '![alt](attachment:pic234 "A title")',
    "![alt](attachment:pic234 'A title')",
    "![alt](<attachment:pic234>)",
    '![alt](<attachment:pic234> "A title")',
    "![alt]( attachment:pic234 )",
    "![alt](\nattachment:pic234)",
    "![alt [inner]](attachment:pic234)",
    "![al\\] t](attachment:pic234)",
    "[![alt](attachment:pic234)](https://example.test/)",
    "> - ![alt](attachment:pic234)",
    "| a |\n| --- |\n| ![alt](attachment:pic234) |",
    "![alt](attach\u202ement:pic234)",
]


@pytest.mark.parametrize("markdown", SHOWN)
def test_what_the_page_shows_is_found(markdown: str) -> None:
    html = render_markdown(markdown, images={"pic234": RenderedImage(URL, 8, 8)})

    assert URL in html  # the control
    assert attachment_keys(markdown) == {"pic234"}


@pytest.mark.parametrize("markdown", SHOWN)
def test_what_the_page_shows_is_replaced(markdown: str) -> None:
    replaced = replace_attachments(markdown, {"pic234": "https://status.test/a.png"})

    assert "attachment:" not in replaced
    assert "https://status.test/a.png" in replaced


def test_titles_stay_and_unknown_keys_too() -> None:
    markdown = "![a](<attachment:pic234> 'A title') ![b](attachment:other2) attachment:pic234 (attachment:pic234)"

    assert attachment_keys(markdown) == {"pic234", "other2"}
    assert (
        replace_attachments(markdown, {"pic234": "/a.png"})
        == "![a](</a.png> 'A title') ![b](attachment:other2) attachment:pic234 (attachment:pic234)"
    )


@pytest.mark.parametrize("part", ["](", "](attachment:", "](attachment:a ", "]((", "](<", '](a "'])
def test_hostile_text_costs_little(part: str) -> None:
    started = time.process_time()
    attachment_keys(part * (20_000 // len(part)))
    assert time.process_time() - started < 1
