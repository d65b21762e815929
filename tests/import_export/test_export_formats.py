"""What is written is read back whole, as JSON and as Markdown, whatever people wrote."""

from __future__ import annotations

import yaml
from hypothesis import HealthCheck, given, settings

from incidents.import_export.document import ReportDocument
from incidents.import_export.json_format import is_our_json, read_json, to_json
from incidents.import_export.markdown_format import to_markdown
from incidents.import_export.markdown_reading import is_our_markdown, read_markdown
from tests.import_export.documents import documents


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_every_draft_comes_back_equal_from_json_and_from_markdown(document: ReportDocument) -> None:
    as_json, as_markdown = to_json(document), to_markdown(document)

    assert is_our_json(as_json)
    assert is_our_markdown(as_markdown)
    assert read_json(as_json) == (document, [])
    assert read_markdown(as_markdown) == (document, [])
    assert "\r" not in as_markdown
    assert read_markdown(as_markdown.replace("\n", "\r\n")) == (document, [])  # as a checkout on Windows has it
    facts = yaml.safe_load(as_markdown.split("\n---\n")[0])  # and other tools read the facts as we do
    facts.pop("mark", None)
    lists = {name: document.to_data()[name] for name in ("milestones", "impacts")}
    assert {name: value for name, value in document.to_data().items() if name in facts} == {**facts, **lists}
