"""The mirror and the purge are killed at any step: nobody is misled meanwhile, and the next round brings the rest."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from accounts.models import User
from incidents.models import Publication
from incidents.public.files import build, layout, write_pending
from tests.faults.oracle import check_reachable
from tests.public.files.asking import contents
from tests.public.files.dying import Outside, follow_and_die
from tests.public.files.hook import Hook
from tests.public.files.mirroring import SITE, expected, replace_in, stored
from tests.public.files.moto import Bucket, Moto
from tests.public.samples import PUBLISHED_AT, SEED, publish, withdraw

RUNS = 11
SEEDS = (1, 2)


@pytest.fixture
def outside(folder: Path, bucket: Bucket) -> Iterator[tuple[Outside, Hook]]:
    with Hook().running() as hook:
        yield Outside(folder, bucket, hook.address, SITE), hook


def change(chance: random.Random, number: int, *, by: User, at: datetime) -> str:
    """Do something that readers see, and return what it was."""
    standing = list(Publication.objects.standing().values_list("public_id", flat=True).distinct())
    kind = chance.choice(["publish", "correct", "withdraw", "build"] if standing else ["publish"])
    chosen = chance.choice(standing) if standing else ""
    if kind == "build":
        build(at)
    elif kind == "withdraw":
        for each in Publication.objects.standing().filter(public_id=chosen):
            withdraw(each, by=by)
    else:
        public_id = chosen if kind == "correct" else f"newreport{number:03}"
        publish(replace(SEED, public_id=public_id, title=f"Version {number}"), by=by, note="Better.", at=at)
    write_pending(at)
    return kind


def check(left: dict[str, bytes], before: dict[str, bytes], after: dict[str, bytes], withdrawn: set[str]) -> None:
    """What was left by one who died."""
    strange = [key for key in {*left, *before, *after} if left.get(key) not in (before.get(key), after.get(key))]
    assert not strange, "neither old nor new"
    changed = {key for key in after if before.get(key) != after[key]}
    new = {key for key in changed if left.get(key) == after[key]}
    assert new <= withdrawn or changed & withdrawn <= new, "tombstones come first"
    if before:
        check_reachable({layout.file_of_key(key): content for key, content in left.items()})


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_is_killed_the_next_round_heals(
    seed: int, folder: Path, publisher: User, moto: Moto, outside: tuple[Outside, Hook]
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- no secret
    whom, hook = outside
    for number in range(3):
        publish(replace(SEED, public_id=f"oldreport{number:03}"), by=publisher)
    build(PUBLISHED_AT)
    before: dict[str, bytes] = {}
    outcomes: Counter[str] = Counter()
    for number in range(RUNS):
        at = PUBLISHED_AT + timedelta(days=40, minutes=number)
        kind = change(chance, number, by=publisher, at=at) if number else "first"
        after = expected(folder)
        withdrawn = {layout.key_of(path) for path in contents(folder) if path.startswith(layout.GONE)}
        told_before = len(hook.addresses)
        changed = len([key for key in {*before, *after} if before.get(key) != after.get(key)])
        steps = follow_and_die(whom, chance.randint(1, 2 * changed + 8))
        left = stored(moto, whom.bucket, before, after)
        check(left, before, after, withdrawn)
        follow_and_die(whom, None)
        assert stored(moto, whom.bucket, after) == after
        check_told(hook.addresses[told_before:], before, after)
        outcomes[f"{kind} {'died' if steps is None else 'survived'}"] += 1
        before = after
    assert sum(count for outcome, count in outcomes.items() if outcome.endswith("died")) > RUNS // 2, outcomes


def check_told(told: list[str], before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Every address that changed was told, at least once."""
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    addresses = {f"{SITE}/{key.removesuffix('index.html')}" for key in changed if key != "404.html"}
    assert "everything" in told or addresses <= set(told)


def test_one_that_dies_before_it_noted_what_was_acknowledged_tells_it_again(tmp_path: Path, bucket: Bucket) -> None:
    folder = tmp_path / "public"
    replace_in(folder, put={"index.html": b"1"})
    with Hook().running() as hook:
        whom = Outside(folder, bucket, hook.address, SITE)
        follow_and_die(whom, None)
        replace_in(folder, put={"index.html": b"2"})
        steps = ["put", "move", "_call", "move"]
        moments = [f"{when} {step}" for step in steps for when in ("before", "after")]
        assert follow_and_die(whom, moments.index("after _call") + 1) is None
        assert follow_and_die(whom, None) == ["before _call", "after _call", "before move", "after move"]
        assert hook.addresses == ["everything", f"{SITE}/", f"{SITE}/"]
