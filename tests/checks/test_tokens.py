"""What opens a door is found wherever it stands, blocks, and is never spelled out."""

from __future__ import annotations

import pytest

from tests.checks.saying import of, saying, words

# Put together here, so that no scanner of this repository takes them for real ones.
TOKENS = [
    "AKIA" + "QX4ZN5T7WPLM3KDR",
    "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a",
    "github" + "_pat_11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ0123456789",
    "glpat" + "-Zx8Kq2mN5vB7cT1wY4pL",
    "xoxb" + "-2147483647-abcDEF123456ghiJKL",
    "sk" + "_live_51Hx9QpLkZ2rT8vWnYb3cD4eF",
    "sk" + "-proj-abcDEF123456ghiJKL789mnoPQR",
    "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "SG" + ".ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr",
    "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "npm" + "_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "hooks.slack" + ".com/services/T02AB3CDE/B04FG5HIJ/q1W2e3R4t5Y6u7I8",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize(
    "around",
    [
        "We used {} until noon.",
        "`{}`",
        "```\nexport X={}\n```",
        "- {}",
        "| a | {} |",
        "[a](https://a.example/?x={})",
        '![a](attachment:b "{}")',
    ],
)
def test_known_kinds_are_found_in_text_and_in_code(token: str, around: str) -> None:
    head = "| x | y |\n|---|---|\n" if around.startswith("|") else ""

    assert words(head + around.format(token), "token") == [token]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("password=hunter2", "hunter2"),
        ("The password is Winter2026! on both.", "Winter2026!"),
        ("DB_PASSWORD: Zebra-77-Lamp", "Zebra-77-Lamp"),
        ('"client_secret": "9f8e7d6c5b4a"', "9f8e7d6c5b4a"),
        ("export CDN_API_KEY=7f3c9a41b0de4f4c", "7f3c9a41b0de4f4c"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzKq2", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzKq2"),
        ("pwd=correcthorse", "correcthorse"),
        ("password=84712", "84712"),
        ("The API key was 3f2a-77b1-c0de for all.", "3f2a-77b1-c0de"),
        ("Authorization: Bearer a1b2c3d4e5f6g7h8i9j0", "a1b2c3d4e5f6g7h8i9j0"),
        ("`mysql -u root --password=Tr0ub4dor`", "Tr0ub4dor"),
        ("postgres://checkout:Kr1stall9@db.example:5432/x", "postgres://checkout:Kr1stall9@"),
        ("https://deploy:s3cr3t99@git.example/x.git", "https://deploy:s3cr3t99@"),
        ("redis://:pa55word!@cache.example", "redis://:pa55word!@"),
        ("[repository](https://deploy:s3cr3t99@git.example/x.git)", "https://deploy:s3cr3t99@"),
    ],
)
def test_what_is_written_behind_its_name_is_found(text: str, secret: str) -> None:
    assert words(text, "token") == [secret]


@pytest.mark.parametrize(
    "text",
    [
        "You do not have to change your password: nobody else saw it.",
        "The page said “Password: required” for everybody.",
        "A password was expected under `passwd=`, and a token under token=<token>.",
        "The token was rotated at noon. The secret is out: we were slow.",
        "Passwords must have 12 characters; the password: 8-character minimum is gone.",
        "export PASSWORD=$DB_PASSWORD and secret=${SECRET} and password=********",
        "The form sent password=required and api_key=redacted, secret=changeme.",
        "The model read max_tokens=4096 and token: 512 of them.",
        "postgres://user:password@host/db and https://a.example:8443/x@y",
        "Commit 3f2a9c1e8b7d6f5a4e3c2b1a09f8e7d6c5b4a392 has the fix.",
        "SHA-256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "Trace 4bf92f3577b34da6a3ce929d0e0e4736 and order 8a1d2e3f-4a5b-6c7d-8e9f-0a1b2c3d4e5f",
        "The key point is that keys were fine. Basic functions worked, and bearers of bad news too.",
        "AKIAIOSFODNN7EXAMPLE is the one of the documentation.",
        "We basically waited; task-force-sk-something and sk-learn are no keys.",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert words(text, "token") == []


def test_a_secret_blocks_and_is_not_repeated() -> None:
    (finding,) = of(saying(f"We used {TOKENS[0]}."))

    assert finding.blocks
    assert TOKENS[0] not in finding.message + finding.quote
    assert finding.message == (
        "“AKIAQX…” in “Impact” looks like an AWS access key. "
        "Take it out, and replace it where it is used: it may have been read already."
    )
