"""Nothing stands on the page that the check did not read, and nothing is code to it that is prose to readers."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incidents.checks.characters import legible
from incidents.checks.visible import visible
from incidents.rendering import render_markdown
from tests.checks.saying import WHOLE, marks, of, words
from tests.checks.test_tokens import TOKENS

KEY, GITHUB = TOKENS[0], TOKENS[1]
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad\u034f\u061c\u202a\u2066\u180e\ufe0f\x00\x08\x7f\x9b\U000e0061"
CODE = "\u25a1"  # in the place of what is code
# Nothing shorter is a secret; the rest are numbers of lists, boxes and marks.
WORD = re.compile(r"[^\W_]{4,}")

MARKS = [
    *("\n", "\n\n", "\n", " ", "  ", "    ", "\t", "- ", "* ", "1. ", "2) ", "> ", "# ", "|", "| ", "\n|-|-|\n", "---", "==="),
    *("```", "~~~", "````", "`", "``", "\n```\n", "\n~~~\n", "- ```\n", "> ```\n", "1. ~~~\n", "*", "**", "_", "__", "~~", "\\"),
    *("[", "]", "(", ")", "](", "![", "<", ">", '"', "<br>", "[x] ", "https://a.example/", "attachment:chart", "mailto:a@a.example"),
    *("&#65;", "&#x41;", "&shy;", "&#8203;", "&amp;", "&lowbar;", "&", ";", ":", ".", "=", *INVISIBLE),
]  # fmt: skip
WORDS = st.sampled_from(["secret", "password", "hunter2abc", "AKIA", "QWERTY", "TODO", "db", "prod", "10", "0", "é"])
TEXTS = st.lists(st.one_of(st.sampled_from(MARKS), WORDS, WORDS, st.text(max_size=3)), max_size=30).map("".join)


class Seen(HTMLParser):
    """What readers see of a page, in lines, and what of it is code."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = self.prose = ""
        self._codes = 0
        self.feed(html)
        self.close()
        self.text, self.prose = legible(self.text), legible(self.prose)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._codes += tag == "code"
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._codes -= tag == "code"
        self._part(tag)

    def _part(self, tag: str) -> None:
        if tag not in {"em", "strong", "del", "a", "code"}:
            self.handle_data("\n")

    def handle_data(self, data: str) -> None:
        self.text += data
        self.prose += CODE if self._codes else data


@settings(max_examples=1_000)
@example(f"```{GITHUB}\nlog\n```")
@example("`a\nsecret`secret")
@example("`secret\n`secret")
@given(TEXTS)
def test_every_word_of_the_page_was_read(markdown: str) -> None:
    page, read = Seen(render_markdown(markdown)), visible(markdown)
    everything = "\n".join([read.text, *read.targets])
    missed = [word for word in WORD.findall(page.text) if word not in everything]

    # In indented code an entity is what was typed. The source is read for secrets, too.
    assert [word for word in missed if not re.search(f"&#?x?{word}", markdown)] == []


@settings(max_examples=1_000)
@example("- ```\n  log\n  ```\n\nsecret")
@example("    `\nsecret `")
@given(TEXTS)
def test_nothing_is_code_to_the_check_that_is_prose_on_the_page(markdown: str) -> None:
    page, read = Seen(render_markdown(markdown)), visible(markdown)
    prose = read.text
    for start, end in reversed(read.code):
        prose = f"{prose[:start]}{CODE}{prose[end:]}"
    everything = "\n".join([prose, *read.targets])
    missed = [word for word in WORD.findall(page.prose) if word not in everything]

    assert [word for word in missed if not re.search(f"&#?x?{word}", markdown)] == []


@pytest.mark.parametrize(
    ("markdown", "secret"),
    [
        (f"```{GITHUB}\nlog\n```", GITHUB),
        (f"> ~~~ password={KEY}\n> log", KEY),
        (f"- ```{KEY}\n  log\n  ```", KEY),
        *((f"{KEY[:6]}{char}{KEY[6:]}", KEY) for char in INVISIBLE),
        ("pass\x08word=hunter2abc", "hunter2abc"),
        ("pass&shy;word=hunter2abc", "hunter2abc"),
        ("A&#75;IA" + KEY[4:], KEY),
        (f"    &lt;{KEY}", KEY),
        (f"{GITHUB[:9]}```{GITHUB[9:12]}```{GITHUB[12:]}", GITHUB),
        (f"https://a.example/?k={KEY[:5]}&#{ord(KEY[5])};{KEY[6:]}", KEY),
    ],
)
def test_a_secret_has_nowhere_to_hide(markdown: str, secret: str) -> None:
    assert set(words(markdown, "token")) == {secret}


@pytest.mark.parametrize("char", INVISIBLE)
def test_other_words_have_nowhere_to_hide_either(char: str) -> None:
    text = f"The engineer for{char}got it on db-01.prod.inter{char}nal, 10.0.{char}0.12. TO{char}DO: ask Ma{char}rta."

    assert marks(text, names=("Marta Kowalczyk",)) == [
        ("placeholder", "TODO"),
        ("host-name", "db-01.prod.internal"),
        ("private-address", "10.0.0.12"),
        ("person", "Marta"),
        ("blame", "forgot"),
    ]


def test_plain_texts_are_read_as_they_are_shown() -> None:
    snapshot = replace(
        WHOLE,
        title="TO\u200bDO",
        byline="pass\ufeffword=hunter2abc",
        promises=(replace(WHOLE.promises[0], text="Restart db\u00ad-01.prod.internal"),),
    )

    assert [(finding.code, finding.words) for finding in of(snapshot)] == [
        ("token", ("hunter2abc",)),
        ("placeholder", ("TODO",)),
        ("host-name", ("db-01.prod.internal",)),
    ]


@pytest.mark.parametrize("opening", ["- ```", "* ~~~", "1. ```sql", "> - ```"])
def test_below_a_fence_in_a_list_the_text_is_read_again(opening: str) -> None:
    indent = re.sub(r"[-*]|\d\.", lambda mark: " " * len(mark[0]), re.sub("[`~].*", "", opening))
    closing = "~~~" if "~" in opening else "```"
    text = f"{opening}\n{indent}web-01 failed to\n{indent}{closing}\n\nThe engineer forgot to ask. TODO"

    assert ("blame", "forgot to") in marks(text)
    assert ("placeholder", "TODO") in marks(text)
    assert ("blame", "failed to") not in marks(text)


def test_names_that_others_gave_are_read_and_lead_to_where_they_are_changed() -> None:
    component = replace(WHOLE.components[0], name="db-01.prod.internal")
    severity = replace(WHOLE.severity, name="TODO")
    found = of(replace(WHOLE, components=(component, component), severity=severity))

    assert [(finding.message, finding.place, finding.room, finding.blocks) for finding in found] == [
        (
            "“TODO” in the name of the severity was left to be filled in.",
            "facts",
            "severities",
            True,
        ),
        (
            "“db-01.prod.internal” in the name of a component looks like an internal host name. "
            "Say what the machine does.",
            "facts",
            "components",
            False,
        ),
    ]
