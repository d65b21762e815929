"""Whether words that name a milestone are denied, wished for, asked or put off, instead of told.

What counts is the clause in which they stand: "no loss of service has been detected", "was not resolved", "once
mitigated", "we expect it to be restored by 10:00", "resolved?". The words are in `words.toml`.
"""

import re
from typing import Final

from .words import DENIALS, alternatives

_LOOKED_AT: Final = 90
_CLAUSE: Final = re.compile(
    rf"[.;:!?,()\u2013\u2014](?=\s|$)|[\n|\u3001\u3002\uff0c]|->|\u2192|\b(?:{alternatives(DENIALS['joints'])})\b"
)
_LIGHT: Final = rf"(?:(?:{alternatives(DENIALS['light'])}|(?!only)[a-z]{{2,20}}ly)\s+){{0,5}}(?:[a-z]{{2,20}}\s+or\s+)?"
_AUXILIARY: Final = r"(?:has|have|had|is|are|was|were)\s+(?:been\s+|being\s+)?"
_NO: Final = rf"(?<!with\s)(?<!for\s)(?<!at\s)\b(?:{alternatives(DENIALS['no'])})\s+"
# Behind a preposition begins something else: "no errors after rollback".
_THING: Final = rf"(?:(?!(?:{alternatives(DENIALS['prepositions'])})\s)\S{{1,40}}\s+)"
_BEFORE: Final = re.compile(
    rf"(?<![\w-])(?:{alternatives(DENIALS['not'])}|[a-z]{{2,12}}n't)\s+{_LIGHT}$"
    rf"|{_NO}{_THING}{{0,2}}$|{_NO}(?:\S{{1,40}}\s+){{1,6}}{_AUXILIARY}{_LIGHT}$"
    rf"|(?P<future>(?:(?<![\w-])(?:{alternatives(DENIALS['future'])})|[a-z]'ll)\s+{_LIGHT})$"
    rf"|(?<![\w-])(?:{alternatives(DENIALS['conditions'])})\s+(?:\S{{1,40}}\s+){{0,6}}$"
    rf"|(?<![\w-])(?:{alternatives(DENIALS['plans'])})\s+(?:\S{{1,40}}\s+){{0,5}}?to\s+{_LIGHT}$"
    rf"|(?:{alternatives(DENIALS['unspaced_before'])})$"
)
_AFTER: Final = re.compile(
    rf"\s+(?:{alternatives(DENIALS['after'])})|\s+[a-z]{{2,6}}(?:n't|\snot)\b|(?:{alternatives(DENIALS['unspaced_after'])})"
)
_BE: Final = re.compile(r"\b(?:be|been|have)\b")
_ASKED: Final = re.compile(r"\s?[?\uff1f]")
_ASKING: Final = re.compile(rf"\s*(?:{alternatives(DENIALS['asking'])})\s")
_QUESTION: Final = re.compile(r"[^.;:!,()]{0,80}[?\uff1f]")


def is_denied(text: str, start: int, end: int) -> bool:
    """Whether the words at `start` to `end` are not told as a thing that happened; `text` is in lower case."""
    before = text[max(0, start - _LOOKED_AT) : start]
    joints = list(_CLAUSE.finditer(before))
    clause = before[joints[-1].end() :] if joints else before
    if _AFTER.match(text, end) or _ASKED.match(text, end) or (_ASKING.match(clause) and _QUESTION.match(text, end)):
        return True
    denial = _BEFORE.search(clause)
    if denial is None:
        return False
    # "Will acknowledged it" tells of a person: the future has "acknowledge" or "be acknowledged".
    return not (denial["future"] and text[start:end].endswith("ed") and not _BE.search(denial["future"]))
