"""The words are data: what an organisation adds counts, and a file that is wrong is refused with a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from incidents.checks import BadWords, Words, load_words
from incidents.checks.words import built_in_words
from tests.checks.saying import words

OWN = """
[placeholders]
words = ["NOCH OFFEN"]

[hosts]
suffixes = ["northwind"]
roles = ["panel"]

[tickets]
allowed = ["NWX"]

[zones]
PST = "Pacific time in America or in the Philippines"

[people]
words = ["azubi"]

[[blame]]
say = ["hat vergessen"]
of = "anybody"
instead = "Say what made the slip possible."

[[tokens]]
name = "a Northwind key"
begins = ["nwk_"]
pattern = 'nwk_[a-z0-9]{10}'
"""


@pytest.fixture
def own(tmp_path: Path) -> Words:
    path = tmp_path / "words.toml"
    path.write_text(OWN)
    return load_words(path)


@pytest.mark.parametrize(
    ("text", "code", "wanted"),
    [
        ("NOCH OFFEN, TODO", "placeholder", ["NOCH OFFEN", "TODO"]),
        ("rack1.northwind and db1.lan", "host-name", ["rack1.northwind", "db1.lan"]),
        ("panel-3 and web-3x1 and db-3", "host-name", ["panel-3", "db-3"]),
        ("At 05:00 PST and 05:00 CST", "zone", ["PST", "CST"]),
        ("Er hat vergessen, and human error", "blame", ["hat vergessen", "human error"]),
        ("The azubi failed to see it.", "blame", ["failed to"]),
        ("nwk_abcdef1234", "token", ["nwk_abcdef1234"]),
    ],
)
def test_own_words_are_added(own: Words, text: str, code: str, wanted: list[str]) -> None:
    assert sorted(words(text, code, words=own)) == sorted(wanted)
    assert sorted(words(text, code)) != sorted(wanted)


def test_what_is_allowed_can_grow_too(own: Words) -> None:
    assert words("The NWX-400 and OPS-1", "ticket", words=own) == ["OPS-1"]
    assert words("The NWX-400 and OPS-1", "ticket") == ["NWX-400", "OPS-1"]


def test_a_key_of_an_organisation_is_told_by_its_name(own: Words) -> None:
    assert [token.name for token in own.tokens][-1] == "a Northwind key"
    assert len(own.tokens) == len(built_in_words().tokens) + 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("words = [", "is not TOML ("),
        ("[colours]\nred = ['x']", "has a table [colours] that is not one of: placeholders, blame,"),
        (
            "[hosts]\ncolours = ['x']",
            "has hosts.colours, which is not one of: suffixes, labels, roles, endings, allowed",
        ),
        ("[hosts]\nroles = 'x'", "has hosts.roles, which must be a list of words"),
        ("[hosts]\nroles = [1]", "has hosts.roles, which must be a list of words"),
        ("[hosts]\nroles = ['']", "has hosts.roles, which must be a list of words"),
        ("hosts = 3", "has hosts, which must be a table"),
        ("[zones]\nX = 3", "has zones.X, which must be text"),
        ("[blame]\nsay = ['x']", "has a table blame that must be written as [[blame]]"),
        ("[[blame]]\nsay = ['x']\nof = 'people'", "has a table [[blame]] without instead"),
        ("[[blame]]\nsay = ['x']\nof = 'cats'\ninstead = 'y'", "has blame.of = “cats”, which is not one of: people; "),
        ("[[blame]]\nwho = 'x'", "has blame.who, which is not one of: say, of, except, instead"),
        (
            "[[tokens]]\nname = 'x'\nbegins = ['x']\npattern = '('",
            "has a pattern for x that is no regular expression (",
        ),
        (
            "[[tokens]]\nname = 'x'\nbegins = 'x'\npattern = 'x'",
            "has tokens.begins, which is not one of: name, begins,",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "words.toml"
    path.write_text(content)

    with pytest.raises(BadWords, match=re.escape(sentence)):
        load_words(path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadWords, match=re.escape("can’t be read (No such file or directory)")):
        load_words(tmp_path / "missing.toml")
    with pytest.raises(BadWords, match=re.escape("can’t be read (Is a directory)")):
        load_words(tmp_path)
    path = tmp_path / "latin.toml"
    path.write_bytes(b"[hosts]\nroles = ['\xff']")
    with pytest.raises(BadWords, match="is not UTF-8 text"):
        load_words(path)


def test_own_words_leave_the_built_in_ones_alone(own: Words) -> None:
    assert "panel" in own.of("hosts", "roles")
    assert "panel" not in built_in_words().of("hosts", "roles")
