"""A file at an http(s) address, fetched once, within limits; nothing is sent but the request.

A password belongs into the environment: `env:NAME` stands for a whole URL. What a URL carries for whoever reads it, a
user, a password, a signature, is used for the request and kept nowhere.
"""

from __future__ import annotations

import base64
import contextlib
import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from investigator import secrets
from investigator.errors import DataError, ParameterError

BYTES_AT_MOST = 2 << 30
SECONDS_AT_MOST = 600.0
WAIT = 30.0
REDIRECTS_AT_MOST = 5
_BLOCK = 1 << 18
_SECRET = re.compile(
    r"pass|pwd|token|secret|key|credential|sig|auth|session|code|jwt|x-amz|x-goog|^se$|^sp$|^sv$",
    re.IGNORECASE,
)
HIDDEN = "[hidden]"


@dataclass(frozen=True)
class Download:
    """A file that was fetched: where it lies now, what it is called, and where it was, less what must not be kept."""

    path: Path
    name: str
    shown: str
    size: int
    at: datetime
    type: str = ""
    modified: str = ""

    def to_json(self) -> dict[str, Any]:
        """What the record keeps of it."""
        found = {
            "url": self.shown,
            "bytes": self.size,
            "at": self.at.isoformat(timespec="seconds"),
            "type": self.type,
            "modified": self.modified,
        }
        return {key: value for key, value in found.items() if value != ""}


def public(url: str) -> str:
    """The URL without user and password, and with the values hidden that let somebody in."""
    parts = urlsplit(url)
    query = urlencode(
        [
            (key, HIDDEN if _SECRET.search(key) or secrets.mask(value) != value else value)
            for key, value in parse_qsl(parts.query, keep_blank_values=True)
        ],
        safe="[]",
    )
    place = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    # A part of the path lets somebody in, too: /hooks/..., a token as a folder.
    path = "/".join(secrets.mask(part) for part in secrets.mask(place).split("/"))
    return f"{path.replace(secrets.MASKED, HIDDEN)}{f'?{query}' if query else ''}"


class _Redirects(HTTPRedirectHandler):
    """Redirects go to http and https on the same host only; a password goes along where scheme and port stay, too."""

    max_redirections = REDIRECTS_AT_MOST

    def redirect_request(
        self, req: Request, fp: Any, code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        target = urlsplit(urljoin(req.full_url, newurl))
        if target.scheme not in ("http", "https"):
            raise DataError(
                f"{public(req.full_url)} redirects to an address of '{target.scheme}'.",
                "Redirects are followed to http and https only.",
                "Fetch the file yourself, and add it.",
            )
        before = urlsplit(req.full_url)
        if target.hostname != before.hostname or _link_local(target.hostname or ""):
            raise DataError(
                f"{public(req.full_url)} redirects to {public(target.geturl())}.",
                "That is another host, or an address of this network alone: it is not followed unasked.",
                "If that is where the file is, fetch it from there.",
            )
        following = super().redirect_request(req, fp, code, msg, headers, newurl)
        password = req.unredirected_hdrs.get("Authorization")
        if (
            following is not None
            and password
            and (target.scheme, target.netloc) == (before.scheme, before.netloc)
        ):
            following.add_unredirected_header("Authorization", password)
        return following


class _Clock:
    """Shuts every connection once the time is over: a server that sends a byte a second must not outlast the limit.

    The time for one byte is all that a socket itself knows, and a line of a head is read byte by byte.
    """

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> _Clock:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self.over = True
        for one in self._sockets:
            self._shut(one)

    def _shut(self, one: socket.socket) -> None:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(one, socket.SHUT_RDWR)  # of TLS too, without taking leave

    def handlers(self) -> list[Any]:
        """urllib's own, whose connections are known here."""

        def watched(made: Callable[..., Any]) -> Callable[..., Any]:
            def connection(*given: Any, **named: Any) -> Any:
                one = made(*given, **named)
                connect = one.connect

                def connected() -> None:
                    connect()
                    self._sockets.append(one.sock)
                    if self.over:
                        self._shut(one.sock)

                one.connect = connected
                return one

            return connection

        class Plain(HTTPHandler):
            def do_open(self, http_class: Any, req: Request, **named: Any) -> Any:
                return super().do_open(watched(http_class), req, **named)

        class Secured(HTTPSHandler):
            def do_open(self, http_class: Any, req: Request, **named: Any) -> Any:
                return super().do_open(watched(http_class), req, **named)

        return [Plain(), Secured()]


def _link_local(host: str) -> bool:
    """Whether a host is an address that only this machine or its link has, such as the one of a cloud's metadata."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return address.is_link_local


def download(
    url: str,
    folder: Path,
    *,
    bytes_at_most: int = BYTES_AT_MOST,
    seconds: float = SECONDS_AT_MOST,
    progress: Callable[[int, int, str], None] | None = None,
) -> Download:
    """Fetch a file into a folder. DataError where it can't be had, is too large, or takes too long; nothing is left."""
    parts = urlsplit(url.strip())
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise ParameterError(
            "That is no http(s) address of a file.", "", "Give one such as https://host/app.log.gz"
        )
    shown = public(url.strip())
    host = parts.netloc.rpartition("@")[2]
    plain = urlunsplit(
        (parts.scheme, host, quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._"), parts.query, "")
    )
    request = Request(plain, headers={"User-Agent": "investigator", "Accept": "*/*"})
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        request.add_unredirected_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    target: Path | None = None
    size = 0
    clock = _Clock(seconds)
    try:
        with (
            clock,
            build_opener(_Redirects, *clock.handlers()).open(request, timeout=min(WAIT, seconds)) as response,
        ):
            name = _name(response, parts.path, host)
            total = int(response.headers.get("Content-Length") or 0)
            if total > bytes_at_most:
                raise _too_large(shown, bytes_at_most)
            target = folder / name
            with open(target, "wb") as stream:
                while block := response.read1(_BLOCK):
                    size += len(block)
                    if size > bytes_at_most:
                        raise _too_large(shown, bytes_at_most)
                    stream.write(block)
                    if progress is not None:
                        progress(size, max(total, size), f"{name}: {size / 1e6:.0f} MB")
            if clock.over:
                raise _too_long(shown, seconds, size)
            if total and size < total:
                raise DataError(
                    f"{shown} broke off after {size:,} of {total:,} bytes.",
                    "Nothing was stored.",
                    "Try again.",
                )
            return Download(
                target,
                name,
                public(response.url) if response.url != plain else shown,
                size,
                datetime.now(UTC),
                response.headers.get("Content-Type", ""),
                response.headers.get("Last-Modified", ""),
            )
    except HTTPError as error:
        with error:
            raise DataError(
                f"{shown} answers {error.code} {_first_line(error.reason)}.",
                "Nothing was stored.",
                "Check the address; where it asks for a login, fetch the file yourself and add it.",
            ) from None
    except (URLError, OSError, HTTPException, ValueError) as error:
        _gone(target)
        if clock.over:
            raise _too_long(shown, seconds, size) from None
        if isinstance(error, HTTPException | ValueError) and not isinstance(error, OSError):
            raise DataError(
                f"{shown} answers what is no HTTP: {_first_line(error)}.",
                "Nothing was stored.",
                "Fetch the file yourself, and add it.",
            ) from None
        reason = str(getattr(error, "reason", error)).replace(parts.password or "\0", HIDDEN)
        raise DataError(
            f"{shown} can't be reached: {reason}.",
            "Nothing was stored.",
            "Check the address and the network.",
        ) from None
    except BaseException:
        _gone(target)
        raise


def _gone(target: Path | None) -> None:
    if target is not None:
        with contextlib.suppress(FileNotFoundError):
            target.unlink()


def _first_line(said: object) -> str:
    return (str(said).strip().splitlines() or [type(said).__name__])[0].rstrip(".")[:120]


def _too_long(shown: str, seconds: float, size: int) -> DataError:
    return DataError(
        f"{shown} took longer than {seconds:.0f} seconds.",
        f"{size:,} bytes had come; nothing was stored.",
        "Fetch the file yourself, and add it.",
    )


def _too_large(shown: str, limit: int) -> DataError:
    return DataError(
        f"{shown} is larger than {limit / 1e6:,.0f} MB.",
        "Nothing was stored.",
        "Fetch the part that you need yourself, and add it.",
    )


def _name(response: Any, path: str, host: str) -> str:
    """A file name that names no other folder: as the server calls it, else the last of the path, else the host."""
    said = response.headers.get_filename() if hasattr(response.headers, "get_filename") else None
    last = (
        unquote(urlsplit(response.url).path).rstrip("/").rpartition("/")[2]
        or unquote(path).rstrip("/").rpartition("/")[2]
    )
    name = re.sub(r"[^\w.+-]+", "-", Path(said or last or "").name).strip(".-")
    return name[:120] or re.sub(r"[^\w.-]+", "-", host)
