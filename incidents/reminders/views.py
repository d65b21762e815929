from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.roles import Capability
from incidents.models import MailChoice
from incidents.reminders.forms import ChoicesForm
from incidents.reminders.operations import choose_mails


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """Which mails this person wants: their own choice, nobody else’s."""
    user = require(request.user, Capability.READ)
    form = ChoicesForm(request.POST if request.method == "POST" else None, choice=MailChoice.objects.of(user))
    if not form.is_valid():
        return render(request, "reminders/choices.html", {"form": form}, status=422 if form.is_bound else 200)
    choose_mails(user, values=form.values)
    messages.success(request, "Your choice is saved.")
    return redirect("reminders:choices")
