"""Roles and access of people who have an account."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import operations
from accounts.models import User
from accounts.roles import Capability, Role
from tests.accounts.conftest import PASSWORD, MakeUser

pytestmark = pytest.mark.django_db


def is_logged_in(client: Client) -> bool:
    return client.get(reverse("accounts:profile")).status_code == 200


def test_a_role_change_holds_from_the_next_request_on(
    admin: User, engineer: User, client: Client, at: datetime
) -> None:
    client.force_login(engineer)
    assert client.get(reverse("accounts:people")).status_code == 403
    operations.change_role(engineer, Role.ADMIN, by=admin, at=at)
    assert client.get(reverse("accounts:people")).status_code == 200
    operations.change_role(engineer, Role.READER, by=admin, at=at)
    assert client.get(reverse("accounts:people")).status_code == 403


def test_an_unknown_role_is_given_to_nobody(admin: User, engineer: User, at: datetime) -> None:
    with pytest.raises(ValueError, match="owner"):
        operations.change_role(engineer, "owner", by=admin, at=at)


def test_a_deactivated_account_is_out_at_its_next_request(
    admin: User, engineer: User, client: Client, at: datetime
) -> None:
    client.force_login(engineer)
    assert is_logged_in(client)
    operations.deactivate(engineer, by=admin, at=at)
    assert not is_logged_in(client)


def test_a_deactivated_account_can_not_log_in(admin: User, engineer: User, client: Client, at: datetime) -> None:
    operations.deactivate(engineer, by=admin, at=at)
    client.post(reverse("account_login"), {"login": engineer.email, "password": PASSWORD})
    assert not is_logged_in(client)


def test_reactivation_does_not_bring_old_sessions_back(
    admin: User, engineer: User, client: Client, at: datetime
) -> None:
    client.force_login(engineer)
    operations.deactivate(engineer, by=admin, at=at)
    person = operations.reactivate(engineer, by=admin, at=at)
    assert person.may(Capability.WRITE)
    assert not is_logged_in(client)
    client.post(reverse("account_login"), {"login": engineer.email, "password": PASSWORD})
    assert is_logged_in(client)


def demote(user: User, by: User, at: datetime) -> User:
    return operations.change_role(user, Role.READER, by=by, at=at)


def shut_out(user: User, by: User, at: datetime) -> User:
    return operations.deactivate(user, by=by, at=at)


removals = pytest.mark.parametrize("remove", [demote, shut_out])


@removals
def test_the_only_admin_stays(remove: Callable[..., User], admin: User, engineer: User, at: datetime) -> None:
    with pytest.raises(operations.LastAdmin, match="only active admin"):
        remove(admin, admin, at)
    admin.refresh_from_db()
    assert admin.may(Capability.ADMINISTER)


@removals
def test_a_deactivated_admin_does_not_count(
    remove: Callable[..., User], admin: User, make_user: MakeUser, at: datetime
) -> None:
    make_user(Role.ADMIN, "gone@example.com", is_active=False)
    with pytest.raises(operations.LastAdmin):
        remove(admin, admin, at)


@removals
def test_one_of_two_admins_may_go(remove: Callable[..., User], admin: User, make_user: MakeUser, at: datetime) -> None:
    second = make_user(Role.ADMIN, "second@example.com")
    assert not remove(admin, second, at).may(Capability.ADMINISTER)


def test_the_only_admin_may_be_confirmed_as_admin(admin: User, at: datetime) -> None:
    assert operations.change_role(admin, Role.ADMIN, by=admin, at=at).may_administer


@removals
@pytest.mark.django_db(transaction=True)
def test_two_admins_can_not_remove_each_other_at_once(
    remove: Callable[..., User], make_user: MakeUser, at: datetime
) -> None:
    one, two = make_user(Role.ADMIN, "one@example.com"), make_user(Role.ADMIN, "two@example.com")
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def act(target: User, by: User) -> None:
        try:
            start.wait(timeout=10)
            remove(target, by, at)
            outcomes.append("removed")
        except operations.LastAdmin:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(outcomes) == ["refused", "removed"]
    assert User.objects.active().admins().count() == 1


def test_demo_accounts_are_made_in_the_demo_only(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(operations.NotADemo):
        operations.create_demo_user("reader@demo.example", "Reader", Role.READER, "demo")
    assert not User.objects.exists()


def test_demo_accounts_can_log_in_and_are_made_once(settings: Any, client: Client) -> None:
    settings.DEMO = True
    users = {operations.create_demo_user("admin@demo.example", "Admin", Role.ADMIN, "demo").pk for _ in range(2)}
    assert len(users) == 1
    client.post(reverse("account_login"), {"login": "admin@demo.example", "password": "demo"})
    assert is_logged_in(client)


def test_demo_accounts_get_in_nowhere_but_in_the_demo(settings: Any, client: Client) -> None:
    settings.DEMO = True
    operations.create_demo_user("admin@demo.example", "Admin", Role.ADMIN, "demo")
    settings.DEMO = False
    client.post(reverse("account_login"), {"login": "admin@demo.example", "password": "demo"})
    assert not is_logged_in(client)


def test_rotating_the_secret_key_keeps_people_logged_in(settings: Any, engineer: User, client: Client) -> None:
    client.force_login(engineer)
    settings.SECRET_KEY_FALLBACKS = [django_settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + "0123456789" * 5
    assert is_logged_in(client)
    settings.SECRET_KEY_FALLBACKS = []
    settings.SECRET_KEY = "a-third-" + "0123456789" * 5
    assert not is_logged_in(client)
