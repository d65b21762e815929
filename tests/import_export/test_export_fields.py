"""A field that is added to a draft is exported, or named here as left out: nobody forgets one."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from incidents.import_export import document
from incidents.models import (
    ActionItem,
    Attachment,
    Incident,
    IncidentComponent,
    Milestone,
    Report,
    ReportSection,
    TimelineEntry,
)

STATE_OF_REVIEW = {"status", "approved_checksum", "publish_at", "publish_note", "publish_by"}
# The part of the document for each table, under what name it says a column, and which columns it leaves out.
TABLES: list[tuple[Any, Any, dict[str, str], set[str]]] = [
    (Incident, document.ReportDocument, {}, set()),
    (Report, document.ReportDocument, {}, {"incident", *STATE_OF_REVIEW}),
    (ReportSection, document.SectionText, {}, {"report"}),
    (TimelineEntry, document.Row, {}, {"incident"}),
    (Milestone, document.MilestoneFact, {"entry": "row"}, {"incident"}),
    (IncidentComponent, document.Impact, {}, {"incident"}),
    (ActionItem, document.ActionText, {"entry": "row"}, {"incident", "comment"}),
    (Attachment, document.ImageFile, {}, {"incident"}),
]


@pytest.mark.parametrize(("table", "part", "renamed", "left_out"), TABLES)
def test_every_column_is_exported_or_left_out_on_purpose(
    table: Any, part: Any, renamed: dict[str, str], left_out: set[str]
) -> None:
    columns = {column.name for column in table._meta.concrete_fields if not column.generated} - {"id"} - left_out

    assert {renamed.get(name, name) for name in columns} <= {each.name for each in fields(part)}
