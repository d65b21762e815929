"""What is done inside the program, on the database of one site: `python -m bench.inside STEP JSON` prints JSON."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.utils import timezone  # noqa: E402  # needs the settings, as all that follows

from bench import history as histories  # noqa: E402
from bench import mailing, queries, standing, work  # noqa: E402
from incidents.models import Incident, PublicEvent  # noqa: E402
from incidents.public.addresses import report_path  # noqa: E402
from incidents.public.files import build as build_files  # noqa: E402
from incidents.public.files import layout  # noqa: E402
from incidents.public.files.writing import public_tree  # noqa: E402


def history(*, incidents: int, rows: int) -> None:
    histories.write_history(incidents, until=timezone.now(), rows=rows)
    histories.tidy()


def build() -> dict[str, float]:
    """Write all public pages: seconds, how many pages, and the most memory that it took, in MB."""
    began = time.perf_counter()
    build_files(timezone.now())
    seconds = time.perf_counter() - began
    with public_tree().session() as session:
        pages = {layout.unmarked(file) for file in session.current_files("")}
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 / 1_000_000
    return {"seconds": seconds, "pages": len(pages), "memory": most}


def stand_in() -> int:
    return standing.stand_in(timezone.now())


def approved_reports(*, count: int) -> list[int]:
    return work.approved_reports(count, at=timezone.now())


def open_event() -> str:
    return work.open_event(at=timezone.now())


def explain(*, paths: list[str], email: str) -> dict[str, Any]:
    return queries.explain(paths, email=email)._asdict()


def newest() -> dict[str, Any]:
    """The last incident of the history that has a report: where it is, and words of it."""
    event = PublicEvent.objects.filter(report_number__gt=0).order_by("-pk")[0]
    path = report_path(event.public_id)
    number = Incident.objects.get(public_id=event.public_id).number
    rack = event.description.partition(" rack ")[2].partition(".")[0]
    return {
        "number": number,
        "path": path,
        "file": f"current/{layout.file_of(path)}",
        "title": event.title,
        "rare_word": rack,
    }


STEPS: dict[str, Callable[..., Any]] = {
    step.__name__: step for step in (history, build, stand_in, approved_reports, open_event, explain, newest)
} | {step.__name__: step for step in (mailing.post_mail, mailing.send_mail, mailing.send_bare)}


def main() -> None:
    step, values = sys.argv[1:]
    json.dump(STEPS[step](**json.loads(values)), sys.stdout)


if __name__ == "__main__":
    main()
