"""What is wrong with a finished page: anything that would run, call out, leak, or show less than it says."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from html.parser import HTMLParser

from investigator import secrets
from investigator.report.figure import worded

_EXECUTABLE = {"", "text/javascript", "module", "application/javascript", "importmap", "text/ecmascript"}
_ACTIVE = {
    *(
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "applet",
        "frame",
        "link",
        "animate",
        "set",
        "foreignobject",
        "svg",
    ),
    *(
        "math",
        "portal",
        "template",
        "video",
        "audio",
        "source",
        "input",
        "button",
        "textarea",
        "select",
        "image",
    ),
}
#: What a drawing of the kit's own is made of, and all that it may be made of.
_DRAWN = {"g", "path", "rect", "text", "tspan", "title", "desc", "defs", "pattern"}
_ADDRESSES = {
    "src",
    "href",
    "action",
    "formaction",
    "xlink:href",
    "data",
    "poster",
    "srcset",
    "background",
    "ping",
}
_STYLE = re.compile(r"@import|url\(|expression\(|-moz-binding|(?<!scroll-)behavior:", re.IGNORECASE)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a page: a sentence, the place, and whether the page may be written with it."""

    sentence: str
    where: str
    blocks: bool = False


def lint(page: bytes) -> list[Problem]:
    """The problems of a page, worst first; an empty list is what a page is shared with."""
    reader = _Reader()
    reader.feed(page.decode("utf-8", "replace"))
    reader.close()
    found = [*reader.problems, *_scripts(reader), *_charts(reader), *_headings(reader), *_texts(reader)]
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=lambda problem: not problem.blocks)


class _Reader(HTMLParser):
    """Walks the page once and keeps what the rules ask about."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[Problem] = []
        self.policy = ""
        self.scripts: list[tuple[str, str]] = []
        self.headings: list[tuple[int, str]] = []
        self.charts: list[dict[str, bool]] = []
        self.texts: list[tuple[str, str]] = []
        self._script: str | None = None
        self._style = self._heading = False
        self._figure = self._drawing = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        where = self.where()
        if tag == "script":
            self.scripts.append((values.get("type", "").lower(), ""))
            self._script = ""
        elif tag == "style":
            self._style = True
        elif tag == "meta" and values.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = values.get("content", "")
        elif tag == "meta" and "refresh" in values.get("http-equiv", "").lower():
            self._block("The page sends its reader elsewhere.", where)
        elif tag == "svg" and values.get("class") == "drawing" and not self._drawing:
            self._drawing = True
        elif self._drawing and tag not in _DRAWN:
            self._block(f"A drawing holds <{tag}>.", where)
        elif tag in _ACTIVE:
            self._block(f"The page holds an active tag, <{tag}>.", where)
        elif re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
            self._heading = True
        elif tag == "figure" and "chart-box" in values.get("class", "").split():
            self.charts.append({"table": False, "data": False})
            self._figure = True
        elif tag == "table" and self._figure:
            self.charts[-1]["table"] = True
        elif tag == "pre" and self._figure and "chart-data" in values.get("class", "").split():
            self.charts[-1]["data"] = True
        for name, value in values.items():
            squeezed = "".join(value.split()).lower()
            if name.startswith("on") or name == "srcdoc":
                self._block(f"The page holds a handler, {name}.", where)
            elif name in _ADDRESSES and not self._own(tag, name, squeezed):
                self._block(f"The page loads or opens '{value[:80]}'.", where)
            elif self._drawing and "url(" in squeezed and not re.fullmatch(r"url\(#[\w-]+\)", squeezed):
                self._block("A drawing fetches something.", where)
            elif name == "style" and _STYLE.search(value):
                self._block("A style fetches something.", where)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None
        elif tag == "style":
            self._style = False
        elif tag == "figure":
            self._figure = False
        elif tag == "svg":
            self._drawing = False
        elif re.fullmatch("h[1-6]", tag):
            self._heading = False

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + data)
        elif self._style:
            if _STYLE.search(data):
                self._block("The page's style fetches something.", "style")
        else:
            if self._heading:
                self.headings[-1] = (self.headings[-1][0], self.headings[-1][1] + data)
            self.texts.append((data, self.where()))

    def where(self) -> str:
        """The heading that the reader is under, for people; the line for the rest."""
        under = next((text.strip() for _, text in reversed(self.headings) if text.strip()), "")
        return f"under '{under}'" if under else f"line {self.getpos()[0]}"

    def _own(self, tag: str, name: str, value: str) -> bool:
        if tag == "a" and name == "href":
            return value.startswith("#")
        return (
            tag == "img"
            and name == "src"
            and re.match(r"data:image/(png|jpeg|svg\+xml)[;,]", value) is not None
        )

    def _block(self, sentence: str, where: str) -> None:
        self.problems.append(Problem(sentence, where, blocks=True))


def _scripts(reader: _Reader) -> list[Problem]:
    found = []
    for needed in ("default-src 'none'", "connect-src 'none'", "base-uri 'none'", "form-action 'none'"):
        if needed not in reader.policy:
            found.append(Problem(f"The page's policy lacks {needed}.", "head", blocks=True))
    scripts = re.search(r"script-src ([^;]*)", reader.policy)
    if not scripts or re.search(r"unsafe|\*|https?:|data:|blob:", scripts[1]):
        found.append(Problem("The page's policy lets other scripts run.", "head", blocks=True))
    for kind, text in reader.scripts:
        digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
        if kind in _EXECUTABLE and f"'sha256-{digest}'" not in reader.policy:
            found.append(
                Problem("The page holds a script that is not the kit's.", text.strip()[:60], blocks=True)
            )
    return found


def _charts(reader: _Reader) -> list[Problem]:
    found = []
    for number, chart in enumerate(reader.charts, start=1):
        if not chart["table"]:
            found.append(Problem(f"Chart {number} has no table beside it.", f"chart {number}"))
        if not chart["data"]:
            found.append(Problem(f"Chart {number} has nothing to draw.", f"chart {number}"))
    return found


def _headings(reader: _Reader) -> list[Problem]:
    found = []
    tops = [text for level, text in reader.headings if level == 1]
    if len(tops) != 1:
        found.append(Problem(f"The page has {len(tops)} titles; a reader expects one.", "headings"))
    before = 0
    for level, text in reader.headings:
        if level > before + 1 and before:
            found.append(
                Problem(f"The heading jumps from level {before} to level {level}.", f"'{text.strip()}'")
            )
        if not text.strip():
            found.append(Problem("A heading is empty.", f"level {level}"))
        before = level
    return found


def _texts(reader: _Reader) -> list[Problem]:
    found = []
    for text, where in reader.texts:
        if "Traceback (most recent call last)" in text:
            found.append(Problem("The page shows a Traceback: a cell of the template went wrong.", where))
    told = [worded(text) for text, _ in reader.texts]
    return found + [
        Problem("The page shows what looks like a secret.", where, blocks=True)
        for (_, where), text, masked in zip(reader.texts, told, secrets.masks(told), strict=True)
        if masked != text
    ]
