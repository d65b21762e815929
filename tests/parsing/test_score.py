"""The collected reports, read and compared with what a person found in them.

Rows and actions count when their number is right and, where the full expected extraction exists, every time,
instant and text of it is.
"""

import csv
import html
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from incidents.parsing import NotAReport, ParsedEntry, ParsedReport, marks, read_report

REACHED = {"rows": 29, "actions": 29, "date": 29, "zone": 29, "title": 29}
"""Of 29. Asked for: rows 25, actions 22, date 27, zone 27, title 27."""

# The dates of the reports as a careful reader takes them (INDEX.tsv has them only as written).
DATES = {
    "001": "2023-03-06", "003": "2024-08-19", "005": "2021-01-23", "010": "2024-08-15", "014": "2024-08-20", "015": "2023-01-31",
    "018": None, "022": "2017-09-27", "024": "2018-01-18", "028": "2018-02-20", "031": "2018-02-28", "033": "2024-03-05",
    "035": "2020-08-28", "039": "2025-07-21", "040": "2019-01-23", "041": "2019-05-30", "044": "2020-09-21", "049": "2021-11-05",
    "051": "2019-02-20", "054": "2021-05-20", "055": "2021-10-03", "059": "2023-02-28", "063": "2022-05-23", "068": "2018-09-17",
    "070": "2021-08-26", "074": "2022-10-29", "080": "2018-06-14", "083": "2016-11-07", "090": None,
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    number: str
    row: dict[str, str]
    truth: dict[str, Any] | None
    report: ParsedReport


@pytest.fixture(scope="session")
def cases(reports: Path) -> list[Case]:
    with (reports / "INDEX.tsv").open(encoding="utf-8") as index:
        rows = list(csv.DictReader(index, delimiter="\t"))
    found = []
    for row in rows:
        number = row["file"][:3]
        truth = reports / "truth" / f"{number}.truth.json"
        expected = json.loads(truth.read_text(encoding="utf-8")) if truth.is_file() else None
        found.append(Case(number, row, expected, read_report((reports / row["file"]).read_bytes())))
    return found


def test_the_figures(cases: list[Case], capsys: pytest.CaptureFixture[str]) -> None:
    table = [(case.number, _judge(case)) for case in cases]
    totals = {name: sum(result[name] for _, result in table) for name in REACHED}
    lines = ["  ".join(["file", *REACHED])]
    for number, result in table:
        lines.append(
            "  ".join([f"{number:4}", *(f"{'yes' if result[name] else 'NO':{len(name)}}" for name in REACHED)])
        )
    lines.append("  ".join([f"{len(table):4}", *(f"{totals[name]:<{len(name)}}" for name in REACHED)]))
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert all(totals[name] >= least for name, least in REACHED.items()), totals


def _judge(case: Case) -> dict[str, bool]:
    report, row = case.report, case.row
    zone = re.split(r"\s\((?!GMT)", row["timezone"])[0].strip()
    return {
        "rows": len(report.timeline) == int(row["timeline_rows"]) and _rows_are_right(case),
        "actions": len(report.action_items) == int(row["action_items"]) and _actions_are_right(case),
        "date": (report.date.isoformat() if report.date else None) == DATES[case.number],
        "zone": (report.time_zone or "none") == zone,
        "title": (report.title or "") == row["headline"].strip(),
    }


def _rows_are_right(case: Case) -> bool:
    if case.truth is None:
        return True
    expected = [(row["time_as_written"], row["iso_time"], row["text40"].strip()) for row in case.truth["timeline"]]
    with_zone = case.truth["utc_offset"] is not None
    return [
        (row.time_as_written, _instant(row, with_zone=with_zone), _start(row.text, 40)) for row in case.report.timeline
    ] == expected


def _instant(row: ParsedEntry, *, with_zone: bool) -> str | None:
    moment = row.occurred_at if with_zone else row.local
    return moment.isoformat() if moment else None


def _actions_are_right(case: Case) -> bool:
    if case.truth is None:
        return True
    return [_start(item.text, 60) for item in case.report.action_items] == [
        text.strip() for text in case.truth["action_items"]
    ]


def _start(text: str, length: int) -> str:
    return marks.one_line(text)[:length].strip()


def test_the_rest_of_the_expected_extractions(cases: list[Case]) -> None:
    for case in cases:
        if case.truth is None:
            continue
        assert case.report.author == case.truth["author"], case.number
        assert case.report.severity == case.truth["severity"], case.number
        if case.truth.get("summary60"):
            assert _start(case.report.summary or "", 60) == case.truth["summary60"].strip(), case.number
        if case.truth.get("root_cause_section", True):
            assert _start(case.report.root_cause or "", 60) == case.truth["root_cause60"].strip(), case.number


def test_doubtful_fields_are_flagged(cases: list[Case]) -> None:
    warnings = {case.number: " ".join(case.report.warnings) for case in cases}
    assert "IST" in warnings["035"]
    assert "10 March 2021" in warnings["055"]
    assert "next day" in warnings["041"]
    assert "front matter" in warnings["059"]


def test_encodings_read_like_their_originals(reports: Path, cases: list[Case]) -> None:
    seed = next(case.report for case in cases if case.number == "001")
    for path in sorted((reports / "encodings").iterdir()):
        assert read_report(path.read_bytes()) == seed, path.name


def test_negatives_are_refused_with_a_reason(reports: Path) -> None:
    for path in sorted((reports / "negatives").iterdir()):
        with pytest.raises(NotAReport) as refused:
            read_report(path.read_bytes())
        assert len(str(refused.value)) > 40


def test_every_word_is_found_again(reports: Path, cases: list[Case]) -> None:
    """Every word, as often as it is written; only what HTML tags say about looks is left out."""
    for case in cases:
        source = (reports / case.row["file"]).read_text(encoding="utf-8")
        missing = _words(_without_looks(source)) - _words(_everything(case.report))
        # A link's reference name gives way to the address that it names.
        names = {word for name in re.findall(r"\]\s?\[([^\]]+)\]", source) for word in _words(name)}
        assert set(missing) <= names, (case.number, missing)


def test_every_sentence_is_found_in_what_an_importer_keeps(reports: Path, cases: list[Case]) -> None:
    """Each line with six words or more, in a field that is shown: not in `structure`, not in `raw`."""
    for case in cases:
        report = case.report
        kept = [
            report.title or "",
            report.author or "",
            *(f"{section.heading} {section.markdown}" for section in report.sections),
        ]
        kept += [f"{entry.time_as_written} {entry.text}" for entry in report.timeline]
        kept += [f"{action.group} {action.text} {action.owner} {action.status}" for action in report.action_items]
        kept += [f"{image.url} {image.alt}" for image in report.attachments]
        kept.append("title date author authors created by owners")  # labels that became the names of fields
        words = _words("\n".join(kept)) + _words(marks.plain("\n".join(kept)))
        source = (reports / case.row["file"]).read_text(encoding="utf-8")
        for line in _without_looks(source).split("\n"):
            said = _words(marks.plain(re.sub(r"^\s*\d+[.)]\s", "", line)))
            if sum(said.values()) > 6 and "|" not in line and not line.startswith("#"):
                assert not {word for word in said if word not in words}, (case.number, line)


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", html.unescape(text).lower()))


def _without_looks(source: str) -> str:
    shown = re.sub(r"<img\b[^>]*>", lambda tag: " ".join(re.findall(r'(?:src|alt)="([^"]*)"', tag[0])) + " ", source)
    return re.sub(r"</?(?:div|p|br|h\d)\b[^<>]*>", " ", shown)


def _everything(report: ParsedReport) -> str:
    parts = [report.title or "", report.author or "", *report.structure]
    parts += [text for section in report.sections for text in (section.heading, section.markdown)]
    parts += [entry.raw for entry in report.timeline]
    parts += [text for action in report.action_items for text in (action.raw, action.group or "")]
    parts += [text for image in report.attachments for text in (image.url, image.alt)]
    return "\n".join(parts)
