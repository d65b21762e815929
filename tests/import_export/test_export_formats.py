"""What is written is read back whole, as JSON and as Markdown, whatever people wrote."""

from __future__ import annotations

import re

import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from incidents.import_export.document import ReportDocument
from incidents.import_export.json_format import is_our_json, read_json, to_json
from incidents.import_export.markdown_format import read_back, to_markdown, written
from incidents.import_export.markdown_reading import is_our_markdown, read_markdown
from tests.import_export.documents import documents


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_every_draft_comes_back_equal_from_json_and_from_markdown(document: ReportDocument) -> None:
    as_json, as_markdown = to_json(document), to_markdown(document)

    assert is_our_json(as_json)
    assert is_our_markdown(as_markdown)
    assert read_json(as_json) == (document, [])
    assert read_markdown(as_markdown) == (document, [])
    assert "\r" not in as_markdown
    mark = re.search(r'^mark: "(.*)"', as_markdown, re.MULTILINE)
    for facts in re.findall(
        rf"<!-- {mark[1] if mark else 'afterword'}: [a-z]+ (\{{.*\}}) -->$", as_markdown, re.MULTILINE
    ):
        assert "--" not in facts  # or the comment would end there, for whoever shows the file
    assert read_markdown(as_markdown.replace("\n", "\r\n")) == (document, [])  # as a checkout on Windows has it
    facts = yaml.safe_load(as_markdown.split("\n---\n")[0])  # and other tools read the facts as we do
    facts.pop("mark", None)
    lists = {name: document.to_data()[name] for name in ("milestones", "impacts")}
    assert {name: value for name, value in document.to_data().items() if name in facts} == {**facts, **lists}


PATHS = {"abc": "images/" + "0" * 64 + ".png#abc"}


@settings(max_examples=400, deadline=None)
@given(st.text("\\r\r\nab ").map(lambda text: text.replace("ab", "attachment:abc").replace("ba", PATHS["abc"])))
@example("a\rb\\rc\\\\r\\")
def test_every_way_of_writing_a_text_has_its_way_back(text: str) -> None:
    shown, how = written(text, PATHS)

    assert "\r" not in shown
    assert read_back(shown, how) == text


def test_a_text_is_written_the_pleasant_way_where_that_can_be() -> None:
    image = PATHS["abc"]
    assert written("![](attachment:abc)\nx", PATHS) == (f"![]({image})\nx", "")
    assert written("![](attachment:abc)\r\nx", PATHS) == (f"![]({image})\nx", "crlf")
    assert written("![](attachment:abd)", PATHS) == ("![](attachment:abd)", "")
    assert written("a\nb\r\n", PATHS) == ("a\nb\\r\n", "escaped")
    assert written(f"![](attachment:abc) ![]({image})", PATHS) == (f"![](attachment:abc) ![]({image})", "escaped")
