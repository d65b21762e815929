"""What admins do at /people/, and what nobody else can."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import operations
from accounts.models import Invitation, User
from accounts.roles import Role
from tests.accounts.conftest import PASSWORD, MakeUser, sent_mail

pytestmark = pytest.mark.django_db


def post(client: Client, view: str, *args: object, **data: object) -> Any:
    return client.post(reverse(f"accounts:{view}", args=args), data)


def test_it_lists_people_and_open_invitations(as_admin: Client, engineer: User, admin: User) -> None:
    operations.invite("new@example.com", Role.READER, by=admin, at=timezone.now())
    operations.invite("late@example.com", Role.READER, by=None, at=timezone.now() - timedelta(days=30))
    html = as_admin.get(reverse("accounts:people")).content.decode()
    for text in (engineer.email, admin.email, "new@example.com", "by The admin", "from the command line"):
        assert text in html
    assert html.count("works until") == 1
    assert html.count("expired") == 1


@pytest.mark.parametrize("count", [1, 5])
def test_its_queries_do_not_grow_with_people(
    count: int, as_admin: Client, admin: User, make_user: MakeUser, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        make_user(email=f"{number}@example.com")
        operations.invite(f"new{number}@example.com", Role.READER, by=admin, at=timezone.now())
    with django_assert_num_queries(6):  # session, account, people, invitations, what waits for them, what is due
        as_admin.get(reverse("accounts:people"))


def test_inviting_mails_and_shows_the_link_once(as_admin: Client) -> None:
    response = post(as_admin, "invite", email="new@example.com", role="engineer")
    (sent,) = sent_mail()
    link = next(word for word in sent.body.split() if "/invitation/" in word)
    assert link in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "strict-origin"
    assert link not in as_admin.get(reverse("accounts:people")).content.decode()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"email": "nonsense", "role": "reader"}, "Enter a valid email address."),
        ({"email": "", "role": "reader"}, "This field is required."),
        ({"email": "new@example.com", "role": "owner"}, "Select a valid choice."),
        ({"email": "admin@example.com", "role": "reader"}, "has an account already."),
        ({"email": "a" * 250 + "@example.com", "role": "reader"}, "at most 254 characters"),
    ],
)
def test_a_wrong_invitation_is_refused_beside_the_field(data: dict[str, str], error: str, as_admin: Client) -> None:
    response = post(as_admin, "invite", **data)
    assert response.status_code == 422
    assert error in response.content.decode()
    assert "is-invalid" in response.content.decode()
    assert not Invitation.objects.exists()


def test_inviting_takes_address_and_role_only(as_admin: Client, admin: User) -> None:
    post(as_admin, "invite", email="new@example.com", role="reader", accepted_at="2020-01-01", invited_by="", pk=7)
    invitation = Invitation.objects.get()
    assert (invitation.accepted_at, invitation.invited_by, invitation.role) == (None, admin, "reader")


def test_withdrawing_an_invitation(as_admin: Client, admin: User) -> None:
    invitation, _ = operations.invite("new@example.com", Role.READER, by=admin, at=timezone.now())
    assert post(as_admin, "revoke_invitation", invitation.pk).status_code == 302
    assert not Invitation.objects.exists()
    assert post(as_admin, "revoke_invitation", invitation.pk).status_code == 404


def test_an_accepted_invitation_is_not_there_to_be_withdrawn(as_admin: Client, admin: User) -> None:
    invitation, token = operations.invite("new@example.com", Role.READER, by=admin, at=timezone.now())
    operations.accept_invitation(token, name="New", password=PASSWORD, at=timezone.now())
    assert post(as_admin, "revoke_invitation", invitation.pk).status_code == 404


def test_changing_a_role_changes_nothing_else(as_admin: Client, engineer: User) -> None:
    before = User.objects.filter(pk=engineer.pk).values().get()
    post(as_admin, "change_role", engineer.pk, role="manager", is_active="", email="x@example.com", name="X")
    assert User.objects.filter(pk=engineer.pk).values().get() == before | {"role": "manager"}


def test_a_role_that_does_not_exist_is_refused(as_admin: Client, engineer: User) -> None:
    response = post(as_admin, "change_role", engineer.pk, role="owner")
    assert response.status_code == 422
    assert "Choose one of the roles." in response.content.decode()
    engineer.refresh_from_db()
    assert engineer.role == Role.ENGINEER


@pytest.mark.parametrize(("name", "data"), [("change_role", {"role": "reader"}), ("deactivate", {})])
def test_the_last_admin_is_told_why_not(name: str, data: dict[str, str], as_admin: Client, admin: User) -> None:
    response = post(as_admin, name, admin.pk, **data)
    assert response.status_code == 409
    assert "The admin is the only active admin." in response.content.decode()


def test_deactivating_and_reactivating(as_admin: Client, engineer: User) -> None:
    post(as_admin, "deactivate", engineer.pk)
    engineer.refresh_from_db()
    assert not engineer.is_active
    assert "Reactivate" in as_admin.get(reverse("accounts:people")).content.decode()
    post(as_admin, "reactivate", engineer.pk)
    engineer.refresh_from_db()
    assert engineer.is_active


ADMIN_ADDRESSES = [
    ("get", "people", ()),
    ("post", "invite", ()),
    ("post", "revoke_invitation", (1,)),
    ("post", "change_role", (1,)),
    ("post", "deactivate", (1,)),
    ("post", "reactivate", (1,)),
]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
@pytest.mark.parametrize(("method", "name", "args"), ADMIN_ADDRESSES)
def test_only_admins_get_there(
    *, method: str, name: str, args: tuple[int, ...], role: str, client: Client, make_user: MakeUser
) -> None:
    client.force_login(make_user(role))
    response = getattr(client, method)(reverse(f"accounts:{name}", args=args), {"role": "admin"})
    assert response.status_code == 403


@pytest.mark.parametrize(("method", "name", "args"), ADMIN_ADDRESSES)
def test_strangers_are_sent_to_the_log_in(method: str, name: str, args: tuple[int, ...], client: Client) -> None:
    response = getattr(client, method)(reverse(f"accounts:{name}", args=args))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("role", Role)
def test_only_admins_see_the_way_there(role: str, client: Client, make_user: MakeUser) -> None:
    client.force_login(make_user(role))
    html = client.get(reverse("accounts:profile")).content.decode()
    assert (reverse("accounts:people") in html) == (role == Role.ADMIN)


def test_the_own_name_is_all_that_people_change_of_themselves(client: Client, engineer: User) -> None:
    client.force_login(engineer)
    before = User.objects.filter(pk=engineer.pk).values().get()
    intruding = {"role": "admin", "is_active": "", "is_staff": "1", "is_superuser": "1", "email": "x@example.com"}
    response = client.post(reverse("accounts:profile"), {"name": "New Name", **intruding})
    assert response.status_code == 302
    assert User.objects.filter(pk=engineer.pk).values().get() == before | {"name": "New Name"}


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "null\0byte"])
def test_a_name_that_is_none_is_refused(name: str, client: Client, engineer: User) -> None:
    client.force_login(engineer)
    response = client.post(reverse("accounts:profile"), {"name": name})
    assert response.status_code == 422
    assert "is-invalid" in response.content.decode()
    engineer.refresh_from_db()
    assert engineer.name == "The engineer"


def test_an_empty_post_is_bad_input_too(client: Client, engineer: User) -> None:
    client.force_login(engineer)
    response = client.post(reverse("accounts:profile"))
    assert response.status_code == 422
    assert "is-invalid" in response.content.decode()
