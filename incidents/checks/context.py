"""What the customer version can't know, and the check needs."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from incidents.checks.people import Names
from incidents.checks.words import Words, built_in_words


@dataclass(frozen=True)
class PromiseFacts:
    """Of an action item that customers read: whether somebody has it, and how one can tell that it is done."""

    has_owner: bool
    done_when: str


@dataclass(frozen=True)
class CheckContext:
    """What the rules are told beside the snapshot.

    `names` are those of the user table. `asked` are the sections that the severity asks, `answered` those with
    internal words. A promise that `promises` doesn't know is not asked for an owner.
    """

    names: tuple[str, ...] = ()
    asked: AbstractSet[str] = frozenset({"root_cause"})
    answered: AbstractSet[str] = frozenset()
    promises: Mapping[str, PromiseFacts] = field(default_factory=lambda: MappingProxyType({}))
    words: Words = field(default_factory=built_in_words)

    @cached_property
    def read_names(self) -> Names:
        return Names(self.names, self.words)
