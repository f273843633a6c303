"""Where a live system is. What has a password in it comes from the environment or a keyring, and is never shown."""

from __future__ import annotations

import importlib
import os
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from investigator.errors import ParameterError

HIDDEN = "[hidden]"
_SECRET = re.compile(
    r"pass|pwd|token|secret|key|credential|^(?:sig|signature|code|jwt|auth|authorization|session|x-(?:amz|goog)-.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Address:
    """A URL to connect with, and what may be said of it: no user, no password, no options."""

    url: str = field(repr=False)
    shown: str

    def __str__(self) -> str:
        return self.shown

    @property
    def scheme(self) -> str:
        """What comes before the colon: postgresql, sqlite, https."""
        return urlsplit(self.url).scheme.lower()

    @property
    def name(self) -> str:
        """A short name for what comes from there: the database, else the host."""
        parts = urlsplit(self.url)
        last = unquote(parts.path).rstrip("/").rpartition("/")[2]
        return re.sub(r"[^\w.-]+", "-", last.rpartition(".")[0] or last or parts.hostname or "fetched").strip(
            "-."
        )

    def without_secrets(self, text: str) -> str:
        """The text, such as a driver's message, without anything of the URL that must not be kept."""
        parts = urlsplit(self.url)
        secrets = [
            self.url,
            parts.password or "",
            unquote(parts.password or ""),
            parts.netloc.rpartition("@")[0],
        ]
        secrets += [value for key, value in parse_qsl(parts.query) if _SECRET.search(key)]
        for secret in sorted(filter(None, secrets), key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return text


def address(text: str) -> Address:
    """The address that a text stands for: `env:NAME`, `keyring:SERVICE/USER`, or a URL without a password.

    ParameterError where nothing is there under that name, or where a URL brings its password along: it would be kept
    by the history of the shell and by the trail of the notebook.
    """
    kind, _, name = text.strip().partition(":")
    if kind == "env":
        url, where = os.environ.get(name, ""), f"the environment has no {name}"
    elif kind == "keyring":
        url, where = _from_keyring(name), f"the keyring has nothing for {name}"
    else:
        return _plain(text.strip())
    if not url:
        raise ParameterError(
            f"There is no address: {where}.",
            "",
            f"Set it where you started this: export {name}=postgresql://...",
        )
    if not urlsplit(url).scheme:
        raise ParameterError(
            f"What {text} holds is no URL.", "", "It must look like postgresql://host/database."
        )
    return Address(url, f"{_public(url)} ({text})")


def _plain(url: str) -> Address:
    parts = urlsplit(url)
    if not parts.scheme or "://" not in url:
        raise ParameterError(
            "That is no address of a live system.",
            "An address is a URL such as postgresql://host/database or https://prometheus:9090, or env:NAME.",
            "Give one of these; a file or folder goes in with `inv add`.",
        )
    if parts.password or any(_SECRET.search(key) for key, _ in parse_qsl(parts.query)):
        raise ParameterError(
            f"The address of {_public(url)} has a password in it, which would stay in the history and in the trail.",
            "",
            "Put the whole URL into the environment and name it: env:ORDERS_DB. Think of changing the password.",
        )
    return Address(url, _public(url))


def _public(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _from_keyring(name: str) -> str:
    try:
        keyring = importlib.import_module("keyring")
    except ModuleNotFoundError:
        raise ParameterError(
            "The package keyring is not installed here.", "", "pip install keyring, or use env:NAME."
        ) from None
    service, _, user = name.rpartition("/")
    return keyring.get_password(service or name, user if service else "investigator") or ""
