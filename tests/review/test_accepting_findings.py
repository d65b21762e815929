"""A doubt is taken on with a reason, for the words that stand there; what blocks is mended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from incidents.authoring.operations import revise_section
from incidents.models import AcceptedFinding, Activity, JudgedFinding, Report
from incidents.publishing.operations import NotReady, publish_report
from incidents.review.findings.operations import (
    FindingBlocks,
    FindingGone,
    ReasonMissing,
    accept_finding,
    take_back_acceptance,
)
from incidents.review.operations import approve_report, submit_for_review
from tests.factories import NOW, make_draft, make_user

pytestmark = pytest.mark.django_db

REASON = "The name is on our status page."


def draft(public_text: str = "It was web-03.") -> Report:
    report = make_draft()
    say(report, public_text)
    return Report.objects.get(pk=report.pk)


def say(report: Report, public_text: str) -> None:
    revise_section(report.incident, "impact", changes={"public_text": public_text}, by=make_user(), at=NOW)


def judged(report: Report, code: str) -> JudgedFinding:
    (found,) = (one for one in report.judged_findings(at=NOW) if one.finding.code == code)
    return found


def accept(report: Report, code: str = "host-name", reason: str = REASON) -> AcceptedFinding:
    fingerprint = judged(report, code).fingerprint
    return accept_finding(report, fingerprint=fingerprint, reason=reason, by=make_user(name="Anna"), at=NOW)


def approved(report: Report) -> Report:
    publisher = make_user("publisher")
    report = submit_for_review(report, by=publisher, at=NOW)
    return approve_report(report, seen=report.to_snapshot().checksum, by=publisher, at=NOW)


def test_an_accepted_finding_no_longer_stands_and_who_and_why_is_kept() -> None:
    report = draft()
    assert judged(report, "host-name").stands

    accepted = accept(report)

    assert judged(report, "host-name").accepted == accepted
    assert not judged(report, "host-name").stands
    assert (accepted.reason, accepted.accepted_by.name, accepted.accepted_at) == (REASON, "Anna", NOW)
    assert accepted.message == judged(report, "host-name").message
    record = Activity.objects.get(verb="accepted a finding", detail__reason=REASON)
    assert record.detail == {"key": accepted.message, "reason": REASON}


def test_what_stands_comes_before_what_was_accepted() -> None:
    report = draft("It was web-03. See OPS-4411. TODO")
    accept(report)

    assert [one.finding.code for one in report.judged_findings(at=NOW) if one.place == "section-impact"] == [
        "placeholder", "ticket", "host-name",
    ]  # fmt: skip


def test_other_words_need_another_look() -> None:
    report = draft()
    accept(report)

    say(report, "It was web-03 in the second hall.")
    assert not judged(report, "host-name").stands
    say(report, "It was web-04.")
    assert judged(report, "host-name").stands
    say(report, "It was web-03.")
    assert not judged(report, "host-name").stands


@pytest.mark.parametrize("reason", ["", "    ", "fine", " ok \n"])
def test_a_reason_is_more_than_a_word(reason: str) -> None:
    report = draft()

    with pytest.raises(ReasonMissing, match="Say in a few words why it is fine"):
        accept(report, reason=reason)

    assert judged(report, "host-name").stands


def test_what_blocks_cannot_be_accepted() -> None:
    report = draft("TODO: say more.")

    with pytest.raises(FindingBlocks, match="must be fixed"):
        accept(report, "placeholder")

    assert judged(report, "placeholder").stands


def test_an_old_acceptance_does_not_let_through_what_blocks_now() -> None:
    """A rule that became strict, a time that became impossible: the row in the table counts no more."""
    report = draft("TODO: say more.")
    AcceptedFinding.objects.create(
        report=report,
        fingerprint=judged(report, "placeholder").fingerprint,
        message="x",
        reason=REASON,
        accepted_by=make_user(),
        accepted_at=NOW,
    )

    assert judged(report, "placeholder").stands


def test_what_is_gone_cannot_be_accepted() -> None:
    report = draft()
    fingerprint = judged(report, "host-name").fingerprint
    say(report, "It was one machine.")

    with pytest.raises(FindingGone):
        accept_finding(report, fingerprint=fingerprint, reason=REASON, by=make_user(), at=NOW)

    assert not AcceptedFinding.objects.filter(fingerprint=fingerprint).exists()


def test_the_first_reason_counts() -> None:
    report = draft()
    first = accept(report)

    assert accept(report, reason="Another reason altogether.") == first
    assert AcceptedFinding.objects.get(fingerprint=first.fingerprint).reason == REASON
    assert Activity.objects.filter(verb="accepted a finding", detail__key=first.message).count() == 1


def test_taking_it_back() -> None:
    report = draft()
    accepted = accept(report)

    take_back_acceptance(report, fingerprint=accepted.fingerprint, by=make_user(name="Ben"), at=NOW)

    assert judged(report, "host-name").stands
    record = Activity.objects.get(verb="took an acceptance back")
    assert record.actor is not None
    assert (record.actor.name, record.detail) == ("Ben", {"key": accepted.message, "reason": REASON})
    with pytest.raises(FindingGone):
        take_back_acceptance(report, fingerprint=accepted.fingerprint, by=make_user(), at=NOW)


def test_an_acceptance_is_for_one_report() -> None:
    here, there = draft(), draft()
    accept(here)

    assert judged(there, "host-name").stands
    with pytest.raises(FindingGone):
        take_back_acceptance(there, fingerprint=judged(here, "host-name").fingerprint, by=make_user(), at=NOW)


# ── The gate ────────────────────────────────────────────────────────────────
def test_nothing_goes_out_while_a_doubt_stands() -> None:
    report = draft()
    ready = approved(report)

    with pytest.raises(NotReady) as refusal:
        publish_report(ready, by=make_user("publisher"), change_note="", at=NOW)

    assert [finding.code for finding in refusal.value.findings] == ["host-name"]
    assert str(refusal.value) == ("“web-03” in “Impact” looks like an internal host name. Say what the machine does.")
    accept(report)
    assert publish_report(ready, by=make_user("publisher"), change_note="", at=NOW).number == 1


def test_what_blocks_is_refused_whoever_accepts_what() -> None:
    report = draft("It was web-03. TODO")
    accept(report)
    ready = approved(report)

    with pytest.raises(NotReady) as refusal:
        publish_report(ready, by=make_user("publisher"), change_note="", at=NOW)

    assert [finding.code for finding in refusal.value.findings] == ["placeholder"]


def test_of_many_findings_the_first_are_told() -> None:
    ready = approved(draft("web-03, OPS-4411, 10.20.4.17, @priya, TODO"))

    with pytest.raises(NotReady) as refusal:
        publish_report(ready, by=make_user("publisher"), change_note="", at=NOW)

    assert len(refusal.value.findings) == 5
    assert str(refusal.value).endswith("And 2 more.")


def test_a_review_can_be_asked_for_with_findings() -> None:
    report = submit_for_review(draft("TODO"), by=make_user(), at=NOW)

    assert report.status == "in_review"


def test_an_acceptance_leaves_an_approval_alone() -> None:
    report = draft()
    ready = approved(report)

    accept(report)

    assert Report.objects.get(pk=report.pk).approved_checksum == ready.approved_checksum != ""


def test_a_row_that_lies_in_the_future_by_then_blocks() -> None:
    report = approved(draft("All is well."))

    with pytest.raises(NotReady):
        publish_report(report, by=make_user("publisher"), change_note="", at=NOW - timedelta(days=30))


def test_what_tests_accept_in_one_go_is_what_people_accept_one_by_one() -> None:
    together, apart = make_draft(), make_draft()
    AcceptedFinding.objects.filter(report=apart).delete()
    apart.incident.activities.filter(verb="accepted a finding").delete()
    by = make_user()
    for each in apart.judged_findings(at=NOW):
        accept_finding(apart, fingerprint=each.fingerprint, reason="As the test wants it.", by=by, at=NOW)

    def rows(report: Report) -> list[list[tuple[Any, ...]]]:
        accepted = report.accepted_findings.order_by("id").values_list(
            "fingerprint", "message", "reason", "accepted_at"
        )
        logged = report.incident.activities.filter(verb="accepted a finding").order_by("id")
        return [list(accepted), list(logged.values_list("detail", "at"))]

    assert rows(together) == rows(apart) != [[], []]
