"""The doors in a real browser: passkeys and codes work, pages are accessible, and nothing breaks the policy."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from accounts import operations
from accounts.models import User
from accounts.roles import Role
from tests.accounts.conftest import PASSWORD, MakeUser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fresh_limits"),
]

Visit = Callable[..., None]


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser objects to; nothing is expected."""
    found: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            found.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: found.append(str(error)))
    yield found
    assert not found


@pytest.fixture
def visit(page: Page, live_server: Any, complaints: list[str]) -> Visit:
    def go(name: str, *args: object) -> None:
        page.goto(live_server.url + reverse(name, args=args))

    return go


def log_in(page: Page, visit: Visit, email: str) -> None:
    visit("account_login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def confirm_password(page: Page) -> None:
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def log_out(page: Page) -> None:
    page.locator(".menu > summary").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def current_code(secret: str) -> str:
    """The code of an authenticator app, with enough time left to type it."""
    if time.time() % 30 > 24:
        time.sleep(30 - time.time() % 30)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def authenticator(page: Page) -> str:
    """A phone that keeps passkeys and always recognises its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return str(added["authenticatorId"])


def test_a_passkey_logs_in(page: Page, visit: Visit, engineer: User, authenticator: str) -> None:
    log_in(page, visit, engineer.email)
    visit("mfa_index")
    page.get_by_role("link", name="Add").click()
    confirm_password(page)
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery Codes")).to_be_visible()
    log_out(page)

    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.locator(".menu > summary")).to_have_text(engineer.name)
    log_out(page)

    log_in(page, visit, engineer.email)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".menu > summary")).to_have_text(engineer.name)


def test_a_deactivated_account_gets_in_with_no_passkey(
    page: Page, visit: Visit, engineer: User, admin: User, authenticator: str
) -> None:
    log_in(page, visit, engineer.email)
    visit("mfa_add_webauthn")
    confirm_password(page)
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery Codes")).to_be_visible()
    log_out(page)
    operations.deactivate(engineer, by=admin, at=timezone.now())

    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", name="This account is deactivated")).to_be_visible()
    visit("accounts:profile")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_a_code_is_asked_for_after_the_password(page: Page, visit: Visit, engineer: User) -> None:
    log_in(page, visit, engineer.email)
    visit("mfa_index")
    page.get_by_role("link", name="Set up").click()
    confirm_password(page)
    secret = page.locator("#authenticator_secret").input_value()
    page.get_by_label("Authenticator code").fill(current_code(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_role("heading", name="Recovery Codes")).to_be_visible()
    recovery_code = page.locator("#recovery_codes").input_value().split()[0]
    log_out(page)

    log_in(page, visit, engineer.email)
    visit("accounts:profile")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()  # the password alone is not enough
    expect(page.get_by_role("button", name="Use a passkey")).not_to_be_attached()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_text("Incorrect code.")).to_be_visible()
    cache.clear()  # a code counts once in its thirty seconds, and this one was used to set it up
    page.get_by_label("Code").fill(current_code(secret))
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.locator(".menu > summary")).to_have_text(engineer.name)
    log_out(page)

    log_in(page, visit, engineer.email)
    page.get_by_label("Code").fill(recovery_code)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.locator(".menu > summary")).to_have_text(engineer.name)


def test_from_the_invitation_to_the_first_page(page: Page, visit: Visit, admin: User) -> None:
    log_in(page, visit, admin.email)
    visit("accounts:people")
    page.get_by_label("Email").fill("new@example.com")
    page.locator("#id_role").select_option("publisher")
    page.get_by_role("button", name="Send the invitation").click()
    link = page.get_by_label("Link of the invitation").input_value()
    log_out(page)

    visit("accounts:accept_invitation", link.rstrip("/").rsplit("/", 1)[1])
    page.get_by_label("Your name").fill("New Person")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account and log in").click()
    expect(page.locator(".menu > summary")).to_have_text("New Person")


def test_admins_change_roles_and_access(page: Page, visit: Visit, admin: User, engineer: User) -> None:
    log_in(page, visit, admin.email)
    visit("accounts:people")
    row = page.get_by_role("row").filter(has_text=engineer.email)
    row.get_by_label("Role of The engineer").select_option("publisher")
    row.get_by_role("button", name="Save the role of The engineer").click()
    expect(page.get_by_text("The engineer is now Publisher.")).to_be_visible()
    row.get_by_role("button", name="Deactivate The engineer").click()
    expect(row.get_by_text("Deactivated")).to_be_visible()
    row.get_by_role("button", name="Reactivate The engineer").click()
    expect(page.get_by_text("The engineer can log in again.")).to_be_visible()
    engineer.refresh_from_db()
    assert (engineer.role, engineer.is_active) == (Role.PUBLISHER, True)


def test_the_keyboard_reaches_the_content_first(page: Page, visit: Visit, engineer: User) -> None:
    log_in(page, visit, engineer.email)
    visit("accounts:profile")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


SHOWN_TO_STRANGERS = [
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_signup",
    "account_inactive",
]
SHOWN_TO_ADMINS = [
    "accounts:people",
    "accounts:profile",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_deactivate_totp",
]


def assert_well_made(page: Page, where: str) -> None:
    violations = Axe().run(page).response["violations"]
    assert not [
        f"{where}: {violation['id']} at {node['target']}" for violation in violations for node in violation["nodes"]
    ]
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], f"{where} is wide"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_is_accessible(
    *, scheme: str, width: int, browser: Browser, live_server: Any, admin: User, make_user: MakeUser
) -> None:
    make_user(Role.READER, "gone@example.com", is_active=False)
    _, token = operations.invite("new@example.com", Role.READER, by=admin, at=timezone.now())
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})

    def go(name: str, *args: object) -> None:
        page.goto(live_server.url + reverse(name, args=args))

    for name in SHOWN_TO_STRANGERS:
        go(name)
        assert_well_made(page, name)
    for given in (token, "unknown"):
        go("accounts:accept_invitation", given)
        assert_well_made(page, "accounts:accept_invitation")
    log_in(page, go, "stranger@example.com")
    assert_well_made(page, "a failed log-in")

    log_in(page, go, admin.email)
    go("mfa_activate_totp")
    confirm_password(page)
    assert_well_made(page, "mfa_activate_totp")
    secret = page.locator("#authenticator_secret").input_value()
    page.get_by_label("Authenticator code").fill(current_code(secret))
    page.get_by_role("button", name="Activate").click()
    go("mfa_add_webauthn")
    assert_well_made(page, "mfa_add_webauthn")
    for name in SHOWN_TO_ADMINS:
        go(name)
        assert re.search(reverse(name), page.url), f"{name} led to {page.url}"
        assert_well_made(page, name)
    page.locator(".menu > summary").click()
    assert_well_made(page, "the account menu")
    page.close()
