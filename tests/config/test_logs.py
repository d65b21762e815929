from __future__ import annotations

import json
import logging

import pytest

from config.logs import JsonFormatter


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\u2028b", "a\x85b", "\x1b[31mred", "\x9b31m", "lone \ud800", "é"])
def test_a_record_is_one_line_whatever_it_says(text: str) -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "said %s", (text,), None)

    line = JsonFormatter().format(record)

    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == f"said {text}"
