"""Drafts made up by hypothesis: every nasty text that the database can hold, in every field that can hold it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from incidents.import_export.document import (
    ActionText,
    ImageFile,
    Impact,
    MilestoneFact,
    Person,
    ReportDocument,
    Row,
    SectionText,
    SeverityName,
)
from incidents.milestones import WITHOUT_TIME, MilestoneKind, Precision
from incidents.models import ActionKind, ActionState, IncidentStatus
from incidents.models.timeline import ENTRY_PRECISIONS
from incidents.snapshot import CAUSES, SECTION_HEADINGS
from incidents.tags import MAX_TAG_LENGTH, MAX_TAGS, read_tags

_FIRST, _LAST = datetime(1970, 1, 2), datetime(9998, 12, 30)  # noqa: DTZ001  # hypothesis adds the zone
# Pieces of text that break what is careless: ends of everything, starts of everything, and their look-alikes.
NASTY = [
    *("<!-- afterword: end -->", "<!-- afterword: for customers -->", "<!-- afterword-2: end -->", "-->", "<!--", "--"),
    *('<!-- afterword: row {"key": "a"} -->', "---", "afterword: 1", "```", "~~~", "> quoted", ">", "# Heading"),
    *("- [x] done", "- **2026-03-06 05:00 UTC** ", "## Timeline", "|", "a | b\n--- | ---", "\\", "\\r", "\\\\r", "\\n"),
    *("\r\n", "\n", "\r", "\n\n\n", "  ", "\t", " \n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\ufeff", "\x7f"),
    *(
        "\x01",
        "\x1b[31m",
        "\u202e",
        "\u2066",
        "\u200f",
        "עברית",
        "العربية",
        "日本語",
        "e\u0301",
        "é",
        "🙂",
        "\U0001f468\u200d\U0001f680",
    ),
    *(
        '"',
        "'",
        "{",
        "}",
        '{"a": 1}',
        "\\u003e",
        "&#62;",
        "&",
        "null",
        "true",
        "![](attachment:abcdefghjkmn)",
        "attachment:zz",
    ),
    *("images/" + "0" * 64 + ".png#abcdefghjkmn", "TODO", "word", "two words", "\ufffd", "\uffff", "\U0010ffff"),
]
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.lists(st.one_of(st.sampled_from(NASTY), st.text(characters, max_size=8)), max_size=7).map("".join)
EMAILS = ["ana@example.test", "bo@example.test", "nobody-here@example.test"]
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_EXTENSIONS = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


class Maker:
    """Draws the parts of one draft. Its texts come from a pool, so that each costs one decision."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.pool = draw(st.lists(texts, min_size=1, max_size=6))
        self.seed = draw(st.integers(0, 2**32))
        self.made = 0

    def number(self, top: int) -> int:
        drawn: int = self.draw(st.integers(0, top))
        return drawn

    def yes(self) -> bool:
        return self.number(1) == 1

    def pick(self, values: Any) -> Any:
        values = list(values)
        return values[self.number(len(values) - 1)]

    def text(self, limit: int = 2_000, *, empty: bool = True) -> str:
        text = self.pick([*self.pool, ""])[:limit]
        return text or ("" if empty else "x")

    def key(self) -> str:
        self.made += 1
        shuffled = list(_LETTERS)
        Random(self.seed + self.made).shuffle(shuffled)  # noqa: S311  # keys of a test
        return "".join(shuffled[:12])

    def moment(self) -> datetime:
        near = datetime(2026, 3, 6, 5, tzinfo=UTC) + timedelta(minutes=self.number(90))
        far = self.draw(st.datetimes(_FIRST, _LAST, timezones=st.just(UTC))) if self.number(3) == 3 else None
        return far or near

    def day(self) -> date:
        return self.moment().date()

    def tags(self) -> tuple[str, ...]:
        words = [word[:MAX_TAG_LENGTH] for _ in range(self.number(3)) for word in read_tags(self.text(MAX_TAG_LENGTH))]
        return tuple(read_tags(*words)[:MAX_TAGS])

    def share(self) -> int | None:
        return 1 + self.number(99) if self.yes() else None

    def person(self) -> Person | None:
        return Person(self.pick(EMAILS), self.text(120)) if self.yes() else None

    def row(self) -> Row:
        return Row(
            occurred_at=self.moment(),
            key=self.key(),
            precision=self.pick(ENTRY_PRECISIONS).value,
            text=self.text(empty=False),
            public_text=self.text(),
            author=self.pick(["", *EMAILS]),
            source=self.pick(["form", "import", "a -- b -->"]),
            raw_line=self.text(),
        )

    def milestones(self, rows: list[Row]) -> Iterator[MilestoneFact]:
        free = list(rows)
        for kind in MilestoneKind:
            if self.yes():
                continue
            precision = self.pick(Precision).value
            at = None if precision in WITHOUT_TIME else self.moment()
            row = free.pop(self.number(len(free) - 1)) if free and self.yes() else None
            if row is not None and self.yes():
                at, precision = row.occurred_at, row.precision
            yield MilestoneFact(kind.value, at, precision, self.text(300), self.yes(), row.key if row else "")

    def action(self) -> ActionText:
        state = self.pick(ActionState.values)
        return ActionText(
            key=self.key(),
            text=self.text(500, empty=False),
            public_text=self.text(500),
            kind=self.pick(["", *ActionKind.values]),
            state=state,
            reason=self.text(300, empty=state != "wont_do"),
            owner=self.person(),
            team=self.text(80),
            due_on=self.day() if self.yes() else None,
            done_when=self.text(300),
            closed_on=self.day() if state in {"done", "wont_do"} else None,
        )

    def image(self) -> ImageFile:
        key, alt = self.key(), self.text(300)
        if self.yes():
            return ImageFile(key, alt, source_url=f"https://example.test/{key}.png?a=1&b=--%3E")
        sha256, extension = f"{self.number(2**200):064x}", self.pick(_EXTENSIONS)
        file, by = f"images/{sha256}.{extension}", self.pick(["", *EMAILS])
        return ImageFile(key, alt, False, "", file, sha256, _EXTENSIONS[extension], 40, 20, 99, by)

    def sections(self, images: list[ImageFile]) -> Iterator[SectionText]:
        for key in [*SECTION_HEADINGS, "notes"]:
            text, public_text = self.text(), self.text() if key != "notes" else ""
            if images and self.yes():
                text = f"{text}![x](attachment:{self.pick(images).key}){self.pick(['', chr(10), chr(13) + chr(10)])}"
            if (text or public_text) and self.yes():
                yield SectionText(key, text, public_text)

    def document(self) -> ReportDocument:
        rows = sorted((self.row() for _ in range(self.number(3))), key=lambda row: row.occurred_at)
        images = [self.image() for _ in range(self.number(2))]
        names = [("API", ""), ("API", "Core"), ("Web --> \\", "")][: self.number(3)]
        return ReportDocument(
            title=self.text(200, empty=False),
            number=1 + self.number(9_999),
            public_id=self.key(),
            severity=self.pick([SeverityName("Critical", "critical"), SeverityName("Low", "low")]),
            status=self.pick(IncidentStatus.values),
            time_zone=self.pick(["UTC", "Europe/Berlin", "Etc/GMT-1"]),
            is_private=self.yes(),
            lead=self.person(),
            opened_by=self.person(),
            opened_at=self.moment(),
            public_title=self.text(200),
            byline=self.text(120),
            cause=self.pick(["", *CAUSES]),
            tags=self.tags(),
            owner=self.person(),
            due_on=self.day() if self.yes() else None,
            milestones=tuple(self.milestones(rows)),
            impacts=tuple(
                Impact(name, group, "major_outage", None, self.moment(), self.share()) for name, group in names
            ),
            sections=tuple(self.sections(images)),
            timeline=tuple(rows),
            action_items=tuple(self.action() for _ in range(self.number(2))),
            images=tuple(images),
        )


@st.composite
def documents(draw: Any) -> ReportDocument:
    return Maker(draw).document()
