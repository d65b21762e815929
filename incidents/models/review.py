from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Count, Q, Subquery

from incidents.models.activity import Activity, Verb
from incidents.models.report import Report, Verdict
from incidents.rendering import render_plain

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.safestring import SafeString

    from accounts.models import User


MAX_COMMENT_LENGTH = 4_000


class ReviewRequestQuerySet(models.QuerySet["ReviewRequest"]):
    def waiting(self) -> ReviewRequestQuerySet:
        return self.filter(verdict=Verdict.WAITING)

    def of_this_round(self, report: Report) -> ReviewRequestQuerySet:
        """Those made since the report was last sent to review."""
        sent = Activity.objects.filter(incident=report.incident_id, verb=Verb.ASKED_FOR_REVIEW)
        return self.filter(report=report, asked_at__gte=Subquery(sent.order_by("-at", "-id").values("at")[:1]))

    def ask(self, report: Report, reviewers: set[int], *, by: User, at: datetime) -> list[ReviewRequest]:
        """One request each, by the ids of people; who is asked already is not asked twice. Report locked by caller."""
        asked = set(self.waiting().filter(report=report).values_list("reviewer_id", flat=True))
        return self.bulk_create(
            ReviewRequest(report=report, reviewer_id=reviewer, asked_by=by, asked_at=at)
            for reviewer in sorted(reviewers - asked)
        )

    def ask_again(self, report: Report, *, by: User, at: datetime) -> None:
        """The text changed: those who approved it in this round are asked to read it again."""
        approved = self.of_this_round(report).filter(verdict=Verdict.APPROVED)
        self.ask(report, set(approved.values_list("reviewer_id", flat=True)), by=by, at=at)


class ReviewRequest(models.Model):
    """One person was asked to read a report. `answered_at` is set exactly when there is a verdict."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="review_requests")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="review_requests")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    verdict = models.CharField(max_length=20, choices=Verdict.choices, default=Verdict.WAITING)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "reviewer"], condition=Q(verdict=Verdict.WAITING), name="review_asked_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="review_verdict_known"),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.WAITING, answered_at=None)
                | (~Q(verdict=Verdict.WAITING) & Q(answered_at__isnull=False)),
                name="review_answered_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.get_verdict_display()}"


class CommentQuerySet(models.QuerySet["Comment"]):
    def threads(self) -> CommentQuerySet:
        """What began a conversation."""
        return self.filter(parent=None)

    def open_by_place(self, report: Report) -> dict[str, int]:
        """How many conversations are open about each place, by its anchor; one query."""
        counted = self.threads().filter(report=report, resolved_at=None).values("place").annotate(count=Count("pk"))
        return dict(counted.order_by("place").values_list("place", "count"))


class Comment(models.Model):
    """What somebody says about a place of the draft. Internal for ever: no snapshot knows comments.

    `place` is the anchor of that place in the editor: `section-summary`, `entry-<key>`, `action-<key>`, or empty
    for the report as a whole. An answer has the place of the comment that it answers.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="answers")
    place = models.CharField(max_length=40, blank=True)
    text = models.TextField(max_length=MAX_COMMENT_LENGTH)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["report", "place", "written_at"], name="comment_by_place")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="comment_resolved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(resolved_at=None), name="comment_threads_are_resolved_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def lines(self) -> list[SafeString]:
        """The text as it was typed, line by line: no Markdown, no links."""
        return [render_plain(line) for line in self.text.splitlines()]


class AcceptedFinding(models.Model):
    """A doubt that a person looked at and found to be right, with the reason.

    `fingerprint` names the finding together with the words it is about: other words, another finding.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="accepted_findings")
    fingerprint = models.CharField(max_length=64)
    message = models.CharField(max_length=500)
    reason = models.CharField(max_length=500)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "fingerprint"], name="finding_accepted_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="finding_accepted_for_a_reason"),
        ]

    def __str__(self) -> str:
        return self.message
