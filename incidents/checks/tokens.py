"""Tokens, keys and passwords: whoever reads one can use it, so they block."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from incidents.checks.finding import Mark
from incidents.checks.passages import Passage, lowered
from incidents.checks.words import Token, Words, alternatives

_ADVICE = "Take it out, and replace it where it is used: it may have been read already."
_BEARER = re.compile(r"(?i:bearer|basic)\s{1,3}([A-Za-z0-9._~+/=-]{16,4000})")
# `scheme://user:password@host`; the scheme is looked for backwards, so that every character is read once.
_LOGIN = re.compile(r"://(?P<user>[^\s/:@\"'<>]{0,64}):(?P<secret>[^\s/@\"'<>]{1,200})@")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,15}$")
_MEASURE = re.compile(r"\d+[-–]?[A-Za-z]+|v?\d+(?:\.\d+)+|[A-Z]{2,10}-\d+")
_FILLED = re.compile(r"(.)\1*|[$%{<\[*•·…].*|.*[>}\]*•…]")


def tokens_in(passages: Iterable[Passage], words: Words) -> tuple[Token, ...]:
    """The kinds of tokens that can be in these texts at all: nearly always none."""
    text = "\n".join(passage.everything for passage in passages)
    return tuple(token for token in words.tokens if any(begin in text for begin in token.begins))


def token_marks(passage: Passage, words: Words, tokens: tuple[Token, ...]) -> Iterator[Mark]:
    """`tokens` are the kinds to look for."""
    text = passage.everything
    for token in tokens:
        for match in token.pattern.finditer(text):
            if "EXAMPLE" not in match[0]:
                yield _mark(match[0].rstrip("."), f"looks like {token.name}")
    yield from _logins(text, words)
    yield from _assigned(text, words)


def _mark(word: str, one: str) -> Mark:
    return Mark("token", word, one, "look like secrets", _ADVICE, blocks=True)


def _logins(text: str, words: Words) -> Iterator[Mark]:
    dull = words.lower("secrets", "dull")
    if "://" not in text:
        return
    for match in _LOGIN.finditer(text):
        scheme = _SCHEME.search(text, max(0, match.start() - 16), match.start())
        if scheme and match["secret"].lower() not in dull and not _FILLED.fullmatch(match["secret"]):
            yield _mark(scheme[0] + match[0], "has a password in it")


def _assigned(text: str, words: Words) -> Iterator[Mark]:
    """`password=hunter2`, `The API key is …`, `Bearer …`."""
    lower = lowered(text)
    if "bearer" in lower or "basic" in lower:
        for match in _BEARER.finditer(text):
            if _is_mixed(match[1]):
                yield _mark(match[1], "looks like a token")
    dull = words.lower("secrets", "dull")
    if not any(keyword in lower for keyword in words.lower("secrets", "keywords")):
        return
    for match in words.made(_assignments).finditer(lower):
        value = text[match.start("value") : match.end("value")].rstrip(".,;:)")
        if value.lower() in dull or _FILLED.fullmatch(value) or "://" in value:
            continue
        kind = _kind(match["keyword"])
        if _is_secret(value, kind, is_tight=match["sign"] == "="):
            yield _mark(value, f"looks like a {kind}")


def _kind(keyword: str) -> str:
    return "password" if "pass" in keyword or "pwd" in keyword else "key" if "key" in keyword else "secret"


def _is_secret(value: str, kind: str, *, is_tight: bool) -> bool:
    """A value behind `=` is one unless it is a number; behind a colon or “is” it must look like nothing else."""
    if value.isdigit():
        return kind == "password" and is_tight and len(value) >= 4
    if _MEASURE.fullmatch(value):
        return False
    if is_tight:
        return len(value) >= 6 or (kind == "password" and len(value) >= 4)
    return len(value) >= 6 and _is_mixed(value)


def _is_mixed(value: str) -> bool:
    return any(char.isdigit() for char in value) and any(char.isalpha() for char in value)


def _assignments(words: Words) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<keyword>{alternatives(words.lower('secrets', 'keywords'))})[\w-]{{0,20}}[\"'”’]?\s{{0,3}}"
        r"(?P<sign>=|:|=>|:=|\bis\b|\bwas\b)=?\s{0,3}[\"'`“\u2018]?(?P<value>[^\s\"'`“”\u2018’,;<>|]{4,4000})",
    )
