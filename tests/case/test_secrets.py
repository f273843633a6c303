"""What looks like a secret is masked before it is kept; what only speaks of one stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigator.case import Case
from investigator.case.record import secrets

SECRETS = [
    "password: hunter22x",
    "the password is hunter22x!",
    "api_key=sk_live_4242424242424242",
    "AKIAABCDEFGHIJKLMNOP",
    "Authorization: Bearer abcdefghijklmnop1234",
    "postgresql://kit:s3cret9@db.internal/cases",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def_123",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----",
]
PLAIN = [
    "the token expired at 09:14",
    "password: unknown to us",
    "DOC-4711 was skipped, schema 3, sha256 8a6278b01a19929b81b9f6cbcac61c9b",
    "https://example.org:8080/api/documents",
    "ask @ana for the secret",
]


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_is_masked(text):
    assert secrets.MASKED in secrets.mask(text)


@pytest.mark.parametrize("text", PLAIN)
def test_words_about_one_stay(text):
    assert secrets.mask(text) == text


@given(st.text(max_size=300))
def test_masking_twice_changes_nothing_more(text):
    once = secrets.mask(text)
    assert secrets.mask(once) == once


def test_a_pasted_password_is_on_disk_nowhere(tmp_path):
    case = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    case.record.note("connect with password: hunter22x today")
    assert case.state.notes[0].content["text"] == f"connect with password: {secrets.MASKED} today"
    held = [path for path in case.path.rglob("*") if path.is_file() and b"hunter22x" in path.read_bytes()]
    assert held == []
