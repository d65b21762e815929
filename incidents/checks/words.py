"""The words that the check knows: `words.toml`, and what an organisation adds to it.

Read and compiled once. Whatever is wrong with a file is said in one sentence, since it stops the start.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_BUILT_IN = Path(__file__).with_name("words.toml")

BLAME_OF = ("people", "people, or nobody", "anybody", "what might have been")
_ENTRIES = {
    # The tables that are lists of tables: their keys and the type of each; those in _OPTIONAL may be missing.
    "blame": {"say": list, "of": str, "except": list, "instead": str},
    "tokens": {"name": str, "begins": list, "pattern": str},
}
_OPTIONAL = {"except"}
_FREE = {"zones"}  # its keys are anybody's, its values are sentences


class BadWords(ValueError):
    """A file of words that can't be used. The message says why."""


@dataclass(frozen=True)
class Blame:
    """A way to blame: `phrases` in lower case, word by word."""

    phrases: tuple[tuple[str, ...], ...]
    of: str
    excused: tuple[str, ...]
    instead: str


@dataclass(frozen=True)
class Token:
    """A kind of secret. `begins` is looked for before the pattern is tried."""

    name: str
    begins: tuple[str, ...]
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Words:
    """Everything of `words.toml`, as the rules want it. `sets` are in lower case where a list says “in any case”."""

    tables: Mapping[str, Mapping[str, frozenset[str]]]
    blame: tuple[Blame, ...]
    tokens: tuple[Token, ...]
    zones: Mapping[str, str]
    _made: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def of(self, table: str, key: str) -> frozenset[str]:
        return self.tables[table][key]

    def lower(self, table: str, key: str) -> frozenset[str]:
        return self.in_lower_case[table][key]

    @cached_property
    def in_lower_case(self) -> dict[str, dict[str, frozenset[str]]]:
        return {
            table: {key: frozenset(word.lower() for word in words) for key, words in entries.items()}
            for table, entries in self.tables.items()
        }

    def made(self, make: Callable[[Words], T]) -> T:
        """What a rule makes of the words (patterns, most of all): made once, since the words never change."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]  # type: ignore[no-any-return]  # by its maker


@lru_cache(maxsize=1)
def built_in_words() -> Words:
    return _words(tomllib.loads(_BUILT_IN.read_text(encoding="utf-8")))


def load_words(path: Path) -> Words:
    """The built-in words and those of the file. Raises BadWords."""
    try:
        added = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadWords(f"can’t be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BadWords("is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise BadWords(f"is not TOML ({error})") from error
    data = tomllib.loads(_BUILT_IN.read_text(encoding="utf-8"))
    for table, entries in added.items():
        if table not in data:
            raise BadWords(f"has a table [{table}] that is not one of: {', '.join(data)}")
        _add(data[table], entries, table)
    return _words(data)


def _add(known: Any, entries: Any, table: str) -> None:
    if table in _ENTRIES:
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise BadWords(f"has a table {table} that must be written as [[{table}]]")
        for entry in entries:
            _check_entry(entry, table)
        known.extend(entries)
        return
    if not isinstance(entries, dict):
        raise BadWords(f"has {table}, which must be a table")
    for key, value in entries.items():
        if table in _FREE:
            if not isinstance(value, str):
                raise BadWords(f"has {table}.{key}, which must be text")
            known[key] = value
        elif key not in known:
            raise BadWords(f"has {table}.{key}, which is not one of: {', '.join(known)}")
        else:
            known[key] = [*known[key], *_texts(value, f"{table}.{key}")]


def _check_entry(entry: Mapping[str, Any], table: str) -> None:
    shape = _ENTRIES[table]
    for key, value in entry.items():
        if key not in shape or not isinstance(value, shape[key]):
            raise BadWords(f"has {table}.{key}, which is not one of: {', '.join(shape)}, or of another type")
        if shape[key] is list:
            _texts(value, f"{table}.{key}")
    missing = sorted(set(shape) - set(entry) - _OPTIONAL)
    if missing:
        raise BadWords(f"has a table [[{table}]] without {', '.join(missing)}")


def _texts(value: Any, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise BadWords(f"has {name}, which must be a list of words")
    return value


def _words(data: Mapping[str, Any]) -> Words:
    return Words(
        tables={
            table: {key: frozenset(words) for key, words in entries.items()}
            for table, entries in data.items()
            if table not in _ENTRIES and table not in _FREE
        },
        blame=tuple(_blame(entry) for entry in data["blame"]),
        tokens=tuple(_token(entry) for entry in data["tokens"]),
        zones=dict(data["zones"]),
    )


def _blame(entry: Mapping[str, Any]) -> Blame:
    if entry["of"] not in BLAME_OF:
        raise BadWords(f"has blame.of = “{entry['of']}”, which is not one of: {'; '.join(BLAME_OF)}")
    phrases = tuple(tuple(phrase.lower().split()) for phrase in entry["say"])
    return Blame(phrases, entry["of"], tuple(text.lower() for text in entry.get("except", ())), entry["instead"])


def _token(entry: Mapping[str, Any]) -> Token:
    try:
        pattern = re.compile(entry["pattern"])
    except re.error as error:
        raise BadWords(f"has a pattern for {entry['name']} that is no regular expression ({error})") from error
    return Token(entry["name"], tuple(entry["begins"]), pattern)


def alternatives(words: Iterable[str]) -> str:
    """A regular expression for any of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
