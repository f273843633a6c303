"""A document that people wrote elsewhere, as plain text with its headings marked: Markdown, HTML, PDF or text.

Whatever it holds is read as words alone: scripts and styles are left out, a terminal's escapes and marks that turn or
hide text are taken away, a PDF is read by a process of its own that may use so much memory and time and no more.
"""

from __future__ import annotations

import hashlib
import re
import stat
import subprocess
import sys
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from investigator.errors import DataError
from investigator.look import harmless, shown_name

BYTES_AT_MOST = 10_000_000
TEXT_AT_MOST = 400_000
LINE_AT_MOST = 20_000
PDF_SECONDS = 30
SUFFIXES = (".md", ".markdown", ".html", ".htm", ".pdf", ".txt", ".text", ".rst")

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[@-Z\\-_])")
_HTML = re.compile(
    r"(?i)\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html|head|body|div|article|main|h[1-6]|p)[\s>]", re.S
)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_SPACE = re.compile(r"[ \t\xa0]+")


@dataclass(frozen=True)
class Document:
    """The words of a document: its name, its text as Markdown, and the hash of its bytes."""

    name: str
    text: str
    sha256: str


def read(path: Path) -> Document:
    """The document at a path. Raises DataError where it is no text, too large, or can't be read."""
    name = shown_name(path.name)
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise DataError(f"{name} is no file.", "", "Give a document: Markdown, HTML, PDF or text.")
        if about.st_size > BYTES_AT_MOST:
            raise DataError(
                f"{name} has {about.st_size / 1e6:,.0f} MB, which is no postmortem that somebody reads.",
                f"The library takes documents up to {BYTES_AT_MOST // 1_000_000} MB.",
                "Save the text alone, without its pictures, and add that.",
            )
        with path.open("rb") as file:
            data = file.read(BYTES_AT_MOST + 1)
    except OSError as error:
        raise DataError(
            f"{name} can't be read: {error.strerror}.", "", "Look at the path and who may read it."
        ) from None
    text = _pdf(path, name) if data[:1024].lstrip().startswith(b"%PDF-") else _decoded(data, name)
    if _HTML.match(text[:4000]):
        text = _from_html(text, name)
    text = clean(text)
    if not re.search(r"[^\W\d_]{3}", text):
        raise DataError(
            f"{name} has no words.",
            "A document that was scanned holds pictures of words only.",
            "Save it as text, and add that.",
        )
    return Document(path.name, text, hashlib.sha256(data).hexdigest())


def clean(text: str) -> str:
    """Text without escapes, controls and marks that turn or hide it; at most so much of it as the library keeps."""
    text = (
        _ESCAPES.sub("", text[: 2 * TEXT_AT_MOST])
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\f", "\n\n")
    )
    if harmless(text, keep="\n\t") != text:
        text = "".join(one for one in text if one in "\n\t" or harmless(one) == one)
    return "\n".join(line[:LINE_AT_MOST].rstrip() for line in text[:TEXT_AT_MOST].split("\n"))


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:65536]:
        raise DataError(
            f"{name} is no text: it has bytes that no text has.",
            f"The library reads {', '.join(SUFFIXES)}.",
            "Save it as one of these, or copy its text into a .txt file, and add that.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _pdf(path: Path, name: str) -> str:
    """The text of a PDF, read apart: a bomb or a broken file costs that process alone."""
    command = [sys.executable, "-P", "-m", "investigator.library.pdf", str(path.resolve())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PDF_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        why = f"it was not read within {PDF_SECONDS} s"
    else:
        if done.returncode == 0:
            return done.stdout.decode("utf-8", "replace")
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        said = lines[-1].removeprefix(f"{DataError.__module__}.{DataError.__name__}: ") if lines else ""
        why = harmless(said)[:160].rstrip(".") or "its reader was stopped: it needs too much memory or time"
    raise DataError(
        f"{name} can't be read as a PDF: {why}.", "", "Save it as text from where it opens, and add that."
    )


class _Page(HTMLParser):
    """The words of a page, with its headings, list items and rows marked as Markdown marks them."""

    HIDDEN = (
        "script",
        "style",
        "head",
        "template",
        "noscript",
        "svg",
        "iframe",
        "object",
        "nav",
        "footer",
        "form",
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.title = ""
        self._hidden: list[str] = []
        self._code = self._titled = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._titled = tag == "title"
        if tag in self.HIDDEN:
            self._hidden.append(tag)
        elif self._hidden:
            return
        elif tag == "pre":
            self._code = True
            self.parts.append("\n```\n")
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.parts.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in ("td", "th"):
            self.parts.append(" | ")
        elif tag in ("br", "tr"):
            self.parts.append("\n")
        elif tag in ("p", "div", "section", "article", "blockquote", "table", "ul", "ol", "dt", "dd", "main"):
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        self._titled = False
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        elif not self._hidden and tag == "pre":
            self._code = False
            self.parts.append("\n```\n")
        elif not self._hidden and (tag in ("p", "div", "table") or (tag[:1] == "h" and tag[1:].isdigit())):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if self._titled:
            self.title += data
        elif not self._hidden:
            self.parts.append(data if self._code else re.sub(r"\s+", " ", data))


def _from_html(page: str, name: str) -> str:
    reader = _Page()
    try:
        reader.feed(page)
        reader.close()
    except (ValueError, AssertionError):
        # The standard library's reader fails on some broken pages: what is left are the words between the tags.
        return _TAG.sub(" ", page)
    text = "".join(reader.parts)
    title = _SPACE.sub(" ", reader.title).strip()
    return f"# {title}\n\n{text}" if title and not re.search(r"(?m)^# ", text) else text
