"""Names and titles in one line, and the characters that text may hold."""

from __future__ import annotations

import pytest
from django.utils.safestring import SafeString

from incidents.rendering import clean_text, render_markdown, render_plain


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Server <outage> & \"more\" 'x'", "Server &lt;outage&gt; &amp; &quot;more&quot; &#x27;x&#x27;"),
        ("  two\n lines\t ", "two lines"),
        ("**no** [markdown](https://a.example)", "**no** [markdown](https://a.example)"),
        ("\u05e9\u05dc\u05d5\u05dd <b>", "<bdi>\u05e9\u05dc\u05d5\u05dd &lt;b&gt;</bdi>"),
        ("\u0645\u0631\u062d\u0628\u0627", "<bdi>\u0645\u0631\u062d\u0628\u0627</bdi>"),
        ("caf\u00e9 \u65e5\u672c \U0001f525", "caf\u00e9 \u65e5\u672c \U0001f525"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("", ""),
    ],
)
def test_one_line_fields(text: str, html: str) -> None:
    assert render_plain(text) == html
    assert isinstance(render_plain(text), SafeString)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("a\x00\x07\x1b[31m\x7f\x9b", "a[31m"),
        ("e\u0301", "\u00e9"),
        ("a\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069b", "ab"),
        ("\ufeffa\ud800\uffff", "a"),
        ("lost: \ufffd", "lost: \ufffd"),
        ("\U0001f469\u200d\U0001f692 \u2764\ufe0f", "\U0001f469\u200d\U0001f692 \u2764\ufe0f"),
        ("x" + "\u0316\u0301" * 50, "x" + "\u0316" * 4 + "\u0301" * 4),
    ],
)
def test_characters_that_are_kept(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned
    assert clean_text(cleaned) == cleaned


def test_entities_bring_nothing_back() -> None:
    assert render_markdown("a&#x202e;b&#8238;c&#0;d&#2;e [x](https://a.example/&#x202e;)").count("\u202e") == 0
    assert render_markdown("`&#x202e;`") == "<p><code>&amp;#x202e;</code></p>"
