"""Ask, comment, approve, send back; one file per noun."""

from incidents.review.operations.comments import (
    NoSuchPlace,
    answer_comment,
    comment_on,
    reopen_thread,
    resolve_thread,
)
from incidents.review.operations.requests import (
    CantApprove,
    ReportMoved,
    RequestOver,
    approve_report,
    ask_reviewers,
    send_back,
    submit_for_review,
    withdraw_request,
)

__all__ = [
    "CantApprove",
    "NoSuchPlace",
    "ReportMoved",
    "RequestOver",
    "answer_comment",
    "approve_report",
    "ask_reviewers",
    "comment_on",
    "reopen_thread",
    "resolve_thread",
    "send_back",
    "submit_for_review",
    "withdraw_request",
]
