"""No word of a text is lost: what the readers kept, compared with what was written."""

import html
import re

from incidents.parsing import ParsedReport, ParsedTimeline
from incidents.parsing.source import to_text


def check_words(text: str, kept: str) -> None:
    """Fail when a word of the text is in nothing that was kept."""
    # A link's reference name gives way to the address that it names.
    names = {word for name in re.findall(r"\]\s?\[([^\]]+)\]", text) for word in words(name)}
    missing = set(words(shown_by_browser(to_text(text)))) - {*words(kept), *words(shown_by_browser(kept)), *names}
    if "<" in text:  # tags that only dress words up join them: "a<small>b" shows "ab"
        missing = {word for word in missing if word not in kept.lower()}
    assert not missing, (missing, text)


def words(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return re.findall(r"[^\W_]+", html.unescape(text).lower())


def shown_by_browser(source: str) -> str:
    """What a browser would show of HTML tags: addresses and alternative texts of images, nothing else."""
    named = re.compile(r"""(?:src|alt)=(?:"([^"]*)"|'([^']*)')""")
    source = re.sub(r"<img\b[^<>]*>", lambda tag: f" {' '.join(map(' '.join, named.findall(tag[0])))} ", source)
    return re.sub(r"<(?=[/a-zA-Z])/?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]{0,2000})?/?>", " ", source)


def kept_of_report(report: ParsedReport) -> str:
    """Everything that was read of a report."""
    kept = [report.title or "", report.author or "", *report.structure]
    kept += [text for section in report.sections for text in (section.heading, section.markdown)]
    kept += [entry.raw for entry in report.timeline]
    kept += [text for action in report.action_items for text in (action.raw, action.group or "")]
    kept += [text for image in report.attachments for text in (image.url, image.alt)]
    return "\n".join(kept)


def kept_of_paste(found: ParsedTimeline) -> str:
    """Everything that was read of a pasted text."""
    return "\n".join([*found.left_over, *found.structure, *(entry.raw for entry in found.entries)])
