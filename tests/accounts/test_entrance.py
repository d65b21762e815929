"""Log-in, log-out, reset and passwords: what they allow, and what they tell nobody."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from outbox.sending import Sender
from tests.accounts.conftest import PASSWORD, MakeUser, sent_mail

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another walk, in the snow"


def log_in(client: Client, email: str, password: str = PASSWORD, **extra: str) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password, **extra})


def is_logged_in(client: Client) -> bool:
    return client.get(reverse("accounts:profile")).status_code == 200


def what_a_stranger_sees(response: HttpResponse, email: str) -> tuple[int, str, str]:
    """Status, address and text, without what differs from one request to the next anyway."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return response.status_code, response.get("Location", ""), text.replace(email, "ADDRESS")


# ── Who gets in ─────────────────────────────────────────────────────────────


def test_address_and_password_let_in(client: Client, engineer: User, settings: Any) -> None:
    response = log_in(client, "Engineer@Example.com")
    assert response.status_code == 302
    assert response["Location"] == reverse(settings.LOGIN_REDIRECT_URL)
    assert is_logged_in(client)


def test_a_wrong_password_does_not(client: Client, engineer: User) -> None:
    log_in(client, engineer.email, "wrong")
    assert not is_logged_in(client)


def test_an_account_without_a_password_can_not_log_in_by_one(client: Client) -> None:
    User.objects.create_user("nopassword@example.com", name="Nobody")
    for password in ("", "!", "None"):
        log_in(client, "nopassword@example.com", password)
        assert not is_logged_in(client)


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up(method: str, client: Client) -> None:
    data = {"email": "evil@example.com", "password1": PASSWORD, "password2": PASSWORD, "role": "admin"}
    response = getattr(client, method)(reverse("account_signup"), data)
    assert "Accounts are made by invitation" in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "account_confirm_email",
        "account_email_verification_sent",
        "account_set_password",
        "account_request_login_code",
        "account_signup_by_passkey",
        "mfa_signup_webauthn",
    ],
)
def test_what_is_not_needed_has_no_address(name: str) -> None:
    assert "account_login" in get_resolver().reverse_dict
    assert name not in get_resolver().reverse_dict


# ── What it tells ───────────────────────────────────────────────────────────


def test_a_failed_log_in_is_the_same_for_known_and_unknown(client: Client, engineer: User) -> None:
    known = log_in(client, engineer.email, "wrong")
    unknown = log_in(client, "stranger@example.com", "wrong")
    assert what_a_stranger_sees(known, engineer.email) == what_a_stranger_sees(unknown, "stranger@example.com")


def test_a_deactivated_account_looks_like_an_unknown_one(client: Client, make_user: MakeUser) -> None:
    gone = make_user(is_active=False)
    known = log_in(client, gone.email, "wrong")
    unknown = log_in(client, "stranger@example.com", "wrong")
    assert what_a_stranger_sees(known, gone.email) == what_a_stranger_sees(unknown, "stranger@example.com")


def ask_for_reset(client: Client, email: str) -> HttpResponse:
    return client.post(reverse("account_reset_password"), {"email": email}, follow=True)


def test_a_reset_is_the_same_for_known_and_unknown(client: Client, engineer: User) -> None:
    known = what_a_stranger_sees(ask_for_reset(client, engineer.email), engineer.email)
    unknown = what_a_stranger_sees(ask_for_reset(client, "stranger@example.com"), "stranger@example.com")
    assert known == unknown
    assert [sent.to for sent in sent_mail()] == [[engineer.email], ["stranger@example.com"]]
    assert len({sent.subject for sent in mail.outbox}) == 1


def test_a_reset_waits_when_no_mail_can_be_sent(
    client: Client, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        known = ask_for_reset(client, engineer.email)
        unknown = ask_for_reset(client, "stranger@example.com")
        assert known.status_code == 200
        assert what_a_stranger_sees(known, engineer.email) == what_a_stranger_sees(unknown, "stranger@example.com")
        assert Sender().attempt(threading.Event())
    assert mail.outbox == []
    later = timezone.now() + timedelta(minutes=2)
    Sender(clock=lambda: later).attempt(threading.Event())
    # In either order: each waits a little more or less, so that not all come at once.
    assert sorted(sent.to for sent in mail.outbox) == [[engineer.email], ["stranger@example.com"]]


def test_a_reset_mail_can_be_read_on_a_phone_too(client: Client, engineer: User, settings: Any) -> None:
    ask_for_reset(client, engineer.email)
    (sent,) = sent_mail()
    ((html, kind),) = sent.alternatives
    (link,) = re.findall(rf"{settings.PUBLIC_BASE_URL}\S+/key/\S+", sent.body)
    assert kind == "text/html"
    assert f'href="{link}"' in html
    assert 'name="viewport"' in html


# ── Where it leads ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https:///evil.example",
        "http://testserver.evil.example",
        "http://testserver@evil.example",
        "javascript:alert(1)",
        "/%0d%0aLocation:https://evil.example",
        "\x01https://evil.example",
        "／／evil.example",
        "data:text/html,x",
        "https://evil.example/" + "x" * 5000,
    ],
)
def test_after_log_in_nobody_is_sent_elsewhere(target: str, client: Client, engineer: User) -> None:
    location = log_in(client, engineer.email, next=target)["Location"]
    # Browsers read a backslash as a slash.
    there = urlsplit(urljoin("http://testserver/accounts/login/", location.replace("\\", "/")))
    assert (there.scheme, there.netloc) == ("http", "testserver")
    assert not {"\r", "\n"} & set(location)


def test_after_log_in_one_comes_to_the_page_that_was_asked_for(client: Client, engineer: User) -> None:
    asked = client.get(reverse("accounts:profile"))
    assert log_in(client, engineer.email, next=reverse("accounts:profile"))["Location"] in asked["Location"]


# ── How often ───────────────────────────────────────────────────────────────


def test_guessing_is_slowed_down_by_account(client: Client, engineer: User) -> None:
    for _ in range(5):
        log_in(client, engineer.email, "wrong")
    response = log_in(client, engineer.email)
    assert "Too many failed login attempts" in response.content.decode()
    assert not is_logged_in(client)


def test_an_unknown_account_is_slowed_down_alike(client: Client) -> None:
    for _ in range(5):
        log_in(client, "stranger@example.com", "wrong")
    assert "Too many failed login attempts" in log_in(client, "stranger@example.com").content.decode()


def test_guessing_is_slowed_down_by_address_of_the_guesser(client: Client, engineer: User) -> None:
    for number in range(10):
        log_in(client, f"stranger{number}@example.com", "wrong")
    assert "Too many failed login attempts" in log_in(client, "stranger@example.com", "wrong").content.decode()


def test_resets_are_limited(client: Client, engineer: User) -> None:
    for _ in range(5):
        ask_for_reset(client, engineer.email)
    response = ask_for_reset(client, engineer.email)
    assert response.status_code == 429
    assert "Wait a few minutes" in response.content.decode()


# ── Sessions ────────────────────────────────────────────────────────────────


def test_log_in_starts_a_new_session(client: Client, engineer: User) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    log_in(client, engineer.email)
    assert client.session.session_key != session.session_key
    assert not client.session.exists(session.session_key)


def test_log_out_ends_the_session_at_the_server(client: Client, engineer: User) -> None:
    log_in(client, engineer.email)
    stolen = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    assert not is_logged_in(client)
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert not is_logged_in(thief)


def test_log_out_takes_a_post(client: Client, engineer: User) -> None:
    log_in(client, engineer.email)
    client.get(reverse("account_logout"))
    assert is_logged_in(client)


def test_a_new_password_ends_the_other_sessions(client: Client, engineer: User) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        log_in(browser, engineer.email)
    passwords = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(reverse("account_change_password"), passwords)
    assert is_logged_in(client)
    assert not is_logged_in(elsewhere)


@pytest.mark.parametrize("password", ["seven77", "password123", "engineer@example.com"])
def test_a_weak_new_password_is_refused(password: str, client: Client, engineer: User) -> None:
    client.force_login(engineer)
    passwords = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    response = client.post(reverse("account_change_password"), passwords)
    assert "is-invalid" in response.content.decode()
    engineer.refresh_from_db()
    assert engineer.check_password(PASSWORD)


def test_a_reset_link_works_once_and_ends_sessions(client: Client, engineer: User, settings: Any) -> None:
    elsewhere = Client()
    log_in(elsewhere, engineer.email)
    ask_for_reset(client, engineer.email)
    (link,) = re.findall(rf"{settings.PUBLIC_BASE_URL}(\S+/key/\S+)", sent_mail()[0].body)
    form = client.get(link, follow=True)
    assert link not in form.content.decode()
    address = form.redirect_chain[-1][0]
    client.post(address, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert not is_logged_in(client), "a reset must not stand in for the second factor"
    assert not is_logged_in(elsewhere)
    assert "This link does not work" in Client().get(link, follow=True).content.decode()
    log_in(client, engineer.email, NEW_PASSWORD)
    assert is_logged_in(client)


def test_a_deactivated_account_can_not_reset_its_way_in(client: Client, make_user: MakeUser) -> None:
    gone = make_user(is_active=False)
    ask_for_reset(client, gone.email)
    assert "/key/" not in sent_mail()[0].body


def test_the_page_for_the_deactivated_says_what_to_do(client: Client) -> None:
    assert "An admin of your organisation" in client.get(reverse("account_inactive")).content.decode()


# ── GET never changes anything ──────────────────────────────────────────────

READABLE = [
    "accounts:people",
    "accounts:profile",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_reauthenticate",
    "account_change_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "mfa_index",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_login_webauthn",
]
CHANGING = ["accounts:invite"]
CHANGING_ONE = ["accounts:revoke_invitation", "accounts:change_role", "accounts:deactivate", "accounts:reactivate"]


def test_reading_changes_nothing(client: Client, admin: User, engineer: User, rows: Any) -> None:
    log_in(client, admin.email)
    before = rows()
    for name in READABLE:
        response = client.get(reverse(name))
        assert response.status_code in {200, 302, 404}, name
    for name in CHANGING:
        assert client.get(reverse(name)).status_code == 405
    for name in CHANGING_ONE:
        assert client.get(reverse(name, args=[engineer.pk])).status_code == 405
    assert rows() == before


@pytest.mark.parametrize("name", [*CHANGING, *CHANGING_ONE, "accounts:profile", "account_logout", "account_login"])
def test_writing_needs_the_forms_own_token(name: str, admin: User, rows: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin)
    before = rows()
    response = strict.post(reverse(name, args=[admin.pk] if name in CHANGING_ONE else []), {"role": "reader"})
    assert response.status_code == 403
    assert rows() == before
    assert is_logged_in(strict)


@pytest.mark.parametrize("role", ["", *Role])
def test_every_page_is_clean_for_the_content_security_policy(role: str, client: Client, make_user: MakeUser) -> None:
    if role:
        log_in(client, make_user(role).email)
    for name in READABLE:
        response = client.get(reverse(name))
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            html = response.content.decode()
            assert " style=" not in html, name
            assert "<style" not in html, name
            assert not re.findall(r"\son\w+=", html), name
            assert not re.findall(r"<script(?![^>]*(src=|application/json))", html), name
