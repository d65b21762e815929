"""Writes what public addresses answer into the folder, after each change or all anew."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_to_bytes
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from incidents.models import PublicChange, PublicEvent, Site
from incidents.public import catalogue
from incidents.public.addresses import report_path
from incidents.public.events import event_of
from incidents.public.files import layout
from incidents.public.files.answers import MISSING, STANDING, Answer, answer_of, answer_of_the_unknown
from incidents.public.files.assets import keep_assets
from incidents.public.files.tree import Busy, Overtaken, Session, Tree
from incidents.public.reading import as_public_reader

_PATIENCE = 10  # seconds that a person waits for somebody else’s writing
_REMEMBERED = 1_000  # changes that a complete build can catch up with
_NEW_DAY, _AS_OF = "day", "now"
_AS_OF_EVERY = timedelta(minutes=5)  # readers are warned of a status page that is ten minutes old
logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


class NotWritten(Exception):
    """Committed, and not public yet: the folder or the database refused, or a page could not be made."""


class Change(NamedTuple):
    """What happened to what: a kind of `PublicChange`, a new day, or that time went on."""

    what: str
    public_id: str = ""


def public_tree() -> Tree:
    return Tree(Path(settings.PUBLIC_DIR))


def write_pending(at: datetime) -> int:
    """Make public what was committed, and return how many changes that were. Raises NotWritten.

    Does nothing before the first build. A change of the site concerns every page and is left to `build`.
    """
    tree = public_tree()
    if tree.current is None:
        return 0
    with _alone_in(tree) as session:
        with as_public_reader(one_moment=True):
            rows = list(PublicChange.objects.exclude(what=PublicChange.Kind.SITE))
            changes = {Change(row.what, row.public_id) for row in rows}
            failed = Writer(session, session.find, at=at).write(sorted(changes))
        session.commit()
    handled = [row.pk for row in rows if Change(row.what, row.public_id) not in failed]
    _forget(handled)
    if failed:
        raise NotWritten(f"Pages of {len(failed)} changes could not be made; the log says why.")
    return len(handled)


def write_new_day(at: datetime) -> bool:
    """Rewrite what tells of days, once a day (of UTC, and of the site’s zone). Raises NotWritten."""
    tree = public_tree()
    if tree.current is None:
        return False
    with _alone_in(tree) as session:
        with as_public_reader(one_moment=True):
            if session.read_note("day") == noted_day(at):
                return False
            failed = Writer(session, session.find, at=at).write([Change(_NEW_DAY)])
        session.commit()
    if failed:
        raise NotWritten("Pages could not be made for the new day; the log says why.")
    return True


def write_as_of(at: datetime) -> bool:
    """Rewrite the pages that say as of when they are, every few minutes. Raises NotWritten."""
    tree = public_tree()
    if tree.current is None:
        return False
    with _alone_in(tree) as session:
        last = session.read_note("now")
        if last and timedelta(0) <= at - datetime.fromisoformat(last) < _AS_OF_EVERY:
            return False
        with as_public_reader(one_moment=True):
            failed = Writer(session, session.find, at=at).write([Change(_AS_OF)])
        session.note("now", at.isoformat())
        session.commit()
    if failed:
        raise NotWritten("The status page could not be made; the log says why.")
    return True


def rehearse() -> None:
    """Make what a change of the newest event would write, and put it nowhere.

    What lists tell of all other events is kept from then on, so that the first change in a process is as quick as any.
    """
    with as_public_reader(one_moment=True):
        if newest := PublicEvent.objects.order_by("-pk").first():
            for path in [*catalogue.of_event(newest.public_id), *catalogue.of_lists(newest)]:
                answer_of(path)


def build(at: datetime, *, out: Path | None = None, progress: Progress | None = None) -> int:
    """Make every file anew, in one flip; returns how many events there are. Raises NotWritten.

    Others go on publishing meanwhile. What they changed is made once more at the end.
    """
    tree = Tree(out) if out else public_tree()
    handled: dict[int, Change] = {}
    with _refusals(), tree.session(anew=True) as session:
        with tree.locked(patience=_PATIENCE):
            tree.tidy()
            session.announce()
            keep_assets(tree.home)
        writer = Writer(session, _standing_file(tree), at=at)
        with as_public_reader(one_moment=True):
            handled = {row.pk: Change(row.what, row.public_id) for row in PublicChange.objects.all()}
            count, failed = writer.write_everything(progress)
        with tree.locked(patience=6 * _PATIENCE):
            missed = session.catch_up()
            if missed:
                with as_public_reader(one_moment=True):
                    failed |= writer.write(sorted(Change(*each.split(" ", 1)) for each in missed))
            session.commit()
    if out is None:
        _forget([pk for pk, change in handled.items() if change not in failed])
    if failed:
        raise NotWritten(f"{len(failed)} pages could not be made; the log says why.")
    return count


class Writer:
    """Puts answers into a session. `standing` finds what readers have now, so that what is the same stays the same."""

    def __init__(self, session: Session, standing: Callable[[str], Path | None], *, at: datetime) -> None:
        self._session, self._standing, self._at = session, standing, at
        self._looks_through = False  # whether compressed files are compared, too, in case that somebody damaged one

    def write(self, changes: Iterable[Change]) -> set[Change]:
        """The addresses that these changes are about. Returns those of which something could not be made."""
        changes = list(changes)
        failed: set[Change] = set()
        lists: dict[str, set[Change]] = {}
        for change in changes:
            for path in self._attempt(change, failed) or ():
                lists.setdefault(path, set()).add(change)
        for path in self._not_written(lists):
            failed |= lists[path]
        if failed and not self._session.read_note("lacking"):
            self._session.note("lacking", "yes")
        if self._session.has_changes:
            self._session.remember([f"{each.what} {each.public_id}" for each in changes], most=_REMEMBERED)
        if changes and not failed and any(each.what == _NEW_DAY for each in changes):
            self._session.note("day", noted_day(self._at))
        return failed

    def write_everything(self, progress: Progress | None) -> tuple[int, set[Change]]:
        failed: set[Change] = set()
        self._looks_through = True
        total = PublicEvent.objects.count()
        events = PublicEvent.objects.order_by("public_id").values_list("public_id", flat=True)
        for number, public_id in enumerate(events.iterator(), start=1):
            if self._attempt(Change(PublicChange.Kind.EVENT, public_id), failed) is None:
                self._carry_over(_folder(public_id))
            if progress:
                progress(number, total)
        for path in self._not_written(dict.fromkeys([*catalogue.of_lists(), *catalogue.of_site()])):
            failed.add(Change(path))
            self._carry_over(_file(path))
        self._put(layout.NOT_FOUND, answer_of_the_unknown())
        self._session.note("lacking", "yes" if failed else "")
        self._session.note("day", noted_day(self._at))
        self._session.note("built", self._at.isoformat())
        self._session.note("now", self._at.isoformat())
        return total, failed

    def _attempt(self, change: Change, failed: set[Change]) -> list[str] | None:
        """Write what belongs to the change alone, and return the lists that tell of it."""
        try:
            with transaction.atomic():
                if change.what == PublicChange.Kind.EVENT:
                    return self._write_event(change.public_id)
                if change.what == PublicChange.Kind.PROMISES:
                    return list(catalogue.of_promises(change.public_id))
                lists = {_NEW_DAY: catalogue.of_day, _AS_OF: catalogue.of_now}
                return list(lists.get(change.what, catalogue.of_components)())
        except (OSError, OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("The pages of %s %s could not be made", change.what, change.public_id)
            failed.add(change)
            return None

    def _write_event(self, public_id: str) -> list[str]:
        """All of an event or nothing; and no file of it that is no address any more."""
        answers = {path: answer_of(path) for path in catalogue.of_event(public_id)}
        for path, answer in answers.items():
            self._put(_file(path), answer)
        folder = _folder(public_id)
        kept = {_file(path) for path, answer in answers.items() if answer.status != MISSING}
        for place in (folder, layout.GONE + folder):
            self._remove_others(place, kept)
        return self._lists(f"{folder}/.lists", event_of(public_id))

    def _lists(self, note: str, event: PublicEvent | None) -> list[str]:
        """Those that change with an event. One that moved to another month is still to go from the page of the first.

        The note says how it was listed, and where. Lists that show nothing else of it stay as they are, unless
        something could not be made since the last complete build.
        """
        found = self._session.find(note) or self._standing(note)
        listed, *before = found.read_text().split("\n") if found else [""]
        now = catalogue.listed_as(event) if event else ""
        if event and listed == now and not self._looks_through and not self._session.read_note("lacking"):
            return list(catalogue.of_posts(event))
        lists = list(catalogue.of_lists(event))
        if [listed, *before] != [now, *lists] or not self._session.find(note):
            self._session.put(note, "\n".join([now, *lists]).encode(), mtime=int(self._at.timestamp()))
        return [*lists, *(each for each in before if each not in lists)]

    def _carry_over(self, place: str) -> None:
        """What could not be made anew stays as it was."""
        for path in [each for old in (place, layout.GONE + place) for each in self._session.current_files(old)]:
            if found := self._standing(path):
                self._session.keep(path, found)

    def _remove_others(self, folder: str, kept: set[str]) -> None:
        plain = folder.removeprefix(layout.GONE)
        for path in list(self._session.files_below(folder)):
            original = layout.unmarked(path.removeprefix(layout.GONE))
            if original not in kept and original.startswith(plain):
                self._session.remove(path)

    def _not_written(self, paths: Iterable[str]) -> list[str]:
        """Write all of them, and return those that could not be made, of which the log says why."""
        rest, failed = iter(paths), []
        while (path := self._first_not_written(rest)) is not None:
            failed.append(path)
        return failed

    def _first_not_written(self, paths: Iterator[str]) -> str | None:
        """One savepoint for all that go well: each costs the database two questions."""
        path = None
        try:
            with transaction.atomic():
                for path in paths:
                    self._put(_file(path), answer_of(path))
        except (OSError, OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("%s could not be made", path)
            return path
        return None

    def _put(self, file: str, answer: Answer) -> None:
        """The file, or its tombstone, or neither; never older than what is there, for the ETag is made of the time."""
        places = (file, layout.GONE + file)
        target = {STANDING: places[0], MISSING: ""}.get(answer.status, places[1])
        times = [int(found.stat().st_mtime) for place in places if (found := self._standing(place))]
        for place in places:
            if place != target:
                for name in layout.names(place):
                    self._session.remove(name)
        if not target:
            return
        present = {name: found for name in layout.names(target) if (found := self._standing(name))}
        same = len(present) == len(layout.names(target)) and present[target].read_bytes() == answer.content
        parts = [] if same and not self._looks_through else list(layout.stored(target, answer.content))
        if same and all(present[part.path].read_bytes() == part.content for part in parts):
            for path, found in present.items():
                self._session.keep(path, found)
            return
        mtime = max(int(self._at.timestamp()), *(time + 1 for time in times), 0)
        for part in parts:
            self._session.put(part.path, part.content, mtime=mtime)


def _forget(handled: list[int]) -> None:
    try:
        PublicChange.objects.filter(pk__in=handled).delete()
    except (DatabaseError, InterfaceError) as error:  # they are public; the next one finds nothing to write for them
        logger.warning("Written changes stay in the queue: %s", error)


def _file(path: str) -> str:
    file = layout.file_of(unquote_to_bytes(path).decode("latin-1"))
    if file is None or layout.type_of(file) is None or layout.is_dynamic(path):
        raise ValueError(f"{path} is in the catalogue, but can be no file: see files/layout.py")
    return file


def _folder(public_id: str) -> str:
    return _file(report_path(public_id)).rpartition("/")[0]


def _standing_file(tree: Tree) -> Callable[[str], Path | None]:
    def standing(path: str) -> Path | None:
        found = tree.home / "current" / path
        return found if found.is_file() else None

    return standing


def noted_day(at: datetime) -> str:
    """What a root notes of the day that its pages tell of: that of UTC, and that of the site's zone."""
    return f"{at.date()} {at.astimezone(ZoneInfo(Site.get().time_zone)).date()}"


@contextmanager
def _alone_in(tree: Tree) -> Iterator[Session]:
    """What one who was killed left behind is swept up first, also by those who then find nothing to write."""
    with _refusals(), tree.locked(patience=_PATIENCE), tree.session() as session:
        tree.tidy()
        yield session


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (Busy, Overtaken, OSError, DatabaseError, InterfaceError) as refusal:
        raise NotWritten(str(refusal)) from refusal
