"""What looks like a secret is masked before it is kept; what only speaks of one stays."""

import made
import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigator import secrets
from investigator.case import Case

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
    "smtp.pass=hunter22x",
    'gate_pass: "open-sesame-9"',
    "otp=482910",
    'ward desk: {"mfaCode":"482910"}',
    "the verification code is 482910",
    "0123456789abcdef0123456789abcdef-us12",
]
PLAIN = [
    "the token expired at 09:14",
    "password: unknown to us",
    "DOC-4711 was skipped, schema 3, sha256 8a6278b01a19929b81b9f6cbcac61c9b",
    "https://example.org:8080/api/documents",
    "ask @ana for the secret",
    "--- PASS: TestBelt (0.25s)",
    "first pass: 12 of 14 bags, second_pass=completed",
    "bypass=client-42a",
    "exit code: 4012, totp window 30000",
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


@pytest.mark.parametrize(
    "text",
    [
        "seal OPEN-1234 is intact, 4000 0012 3456 7890 is no card",  # its check digit is wrong
        "max_tokens=4096 used=12",
        "password_changed=true user=desk7",
        "activity token: android.os.BinderProxy@2bd79ce",
        "blk_-4000001234567899 stored",
        "Das Passwort wurde nicht geändert, Vorgang 482910",
    ],
)
def test_a_number_a_count_and_an_object_are_no_secrets(text):
    assert secrets.mask(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("db_kennwort=Falke.7!x9 host=db1", "db_kennwort=[secret masked] host=db1"),
        ('"şifre": "fjord7!x9"', '"şifre": "[secret masked]"'),
        ("--senha harbour7!x9 --user ana", "--senha [secret masked] --user ana"),
        ("paid by 4111 1111 1111 1111 at 9", "paid by [secret masked] at 9"),
        ("refund to DE89 3704 0044 0532 0130 00 today", "refund to [secret masked] today"),
        ("redis://:p4ss@w0rd@cache/0", "redis://:[secret masked]@cache/0"),
        ("GET /scan?belt=2&api_key=abcdefgh1234&page=3", "GET /scan?belt=2&api_key=[secret masked]&page=3"),
    ],
)
def test_only_the_secret_goes_and_what_stands_around_it_stays(text, kept):
    assert secrets.mask(text) == kept


def test_of_sixty_kinds_nearly_all_are_masked_and_what_only_looks_so_stays():
    lines = made.secrets()
    said = secrets.mask(
        "\n".join(line["line"] for line in lines)
    )  # at once: each call prepares its patterns again
    passed = [line["name"] for line in lines if line["secret"][-12:] in said or line["secret"][4:16] in said]
    assert len(passed) <= 15, passed
    looks = "\n".join(look["line"] for look in made.lookalikes())
    assert secrets.mask(looks) == looks


def test_many_texts_at_once_and_again_say_what_each_says_alone(monkeypatch):
    texts = [line["line"] for line in made.secrets()[::40]] + [
        look["line"] for look in made.lookalikes()[::40]
    ]
    monkeypatch.setattr(secrets, "_KNOWN", {})
    together = secrets.masks(texts)
    monkeypatch.setattr(secrets, "_KNOWN_AT_MOST", 0)  # nothing is remembered
    assert [secrets.masks([text])[0] for text in texts] == together == secrets.masks(texts)
    assert any(secrets.MASKED in text for text in together)


def test_a_short_text_is_looked_at_once(monkeypatch):
    monkeypatch.setattr(secrets, "_KNOWN", {})
    assert secrets.masks(["db_password=Falke.7!x9"]) == ["db_password=[secret masked]"]
    monkeypatch.setattr(secrets.re2, "pairs", lambda *_: pytest.fail("it was looked at again"))
    assert secrets.masks(["db_password=Falke.7!x9"]) == ["db_password=[secret masked]"]
