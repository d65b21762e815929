"""A draft as one JSON file, for machines and for keeping."""

from __future__ import annotations

import json
from typing import NoReturn

from incidents.import_export.document import NAME, Malformed, ReportDocument


def to_json(document: ReportDocument) -> str:
    return json.dumps(document.to_data(), ensure_ascii=False, indent=2) + "\n"


def is_our_json(text: str) -> bool:
    """Whether this may be one of ours: an object that names the schema among its first fields."""
    head = text[:200].removeprefix("\ufeff").lstrip()
    return head.startswith("{") and f'"{NAME}"' in head


def read_json(text: str) -> tuple[ReportDocument, list[str]]:
    """The draft, and what to tell the person who sent it. Raises Malformed."""
    try:
        data = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise Malformed(f"Line {error.lineno}", f"This is no JSON: {error.msg}.") from error
    except (ValueError, RecursionError) as error:
        raise Malformed("", "This JSON can’t be read.") from error
    document, unknown = ReportDocument.from_data(data)
    return document, [f"“{place}” is no field that we know; it was not read." for place in unknown]


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
