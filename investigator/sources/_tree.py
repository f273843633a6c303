"""Elements of marked-up text (XML, HTML) that come again and again, one at a time, whatever they are called."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NoReturn
from xml.parsers import expat

Path = tuple[str, ...]
DEPTH_AT_MOST = 200
#: Of HTML: what has no end of its own, what only groups rows, and what ends where the next of its kind begins.
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_GROUPS = frozenset(("thead", "tbody", "tfoot"))
_ENDS = {"tr": ("td", "th", "tr"), "td": ("td", "th"), "th": ("td", "th"), "li": ("li", "p"), "p": ("p",)}
_BREAKS = frozenset("p br div tr li h1 h2 h3 blockquote table".split())
_PROLOGUE = re.compile(r"<\?xml[^>]*\?>|<!DOCTYPE[^>\[]*>")


@dataclass
class Element:
    """An element: its name without the space it is of, its attributes, and its texts and elements in their order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list[Element | str] = field(default_factory=list)

    @property
    def children(self) -> list[Element]:
        """The elements in it."""
        return [part for part in self.parts if isinstance(part, Element)]

    @property
    def own(self) -> str:
        """The text that stands in it and in no element of it."""
        return "".join(part for part in self.parts if isinstance(part, str)).strip()

    def all(self) -> Iterator[Element]:
        """It, and all in it."""
        yield self
        for child in self.children:
            yield from child.all()

    def words(self, without: Callable[[Element], bool] = lambda _: False) -> str:
        """What people read of it, line by line."""
        lines = (" ".join(line.split()) for line in "".join(self._said(without)).split("\n"))
        return "\n".join(line for line in lines if line)

    def _said(self, without: Callable[[Element], bool]) -> Iterator[str]:
        if self.tag in ("script", "style", "head") or without(self):
            return
        if self.tag in _BREAKS:
            yield "\n"
        for part in self.parts:
            if isinstance(part, str):
                yield re.sub(r"\s+", " ", part)
            else:
                yield from part._said(without)
        yield "\n" if self.tag in _BREAKS else " " if self.tag in ("td", "th") else ""


class _Builder:
    """Gives each element at a path once it is whole; with no path, the whole of what it was fed."""

    def __init__(self, wanted: Path | None) -> None:
        self.wanted, self.root = wanted, Element("")
        self.open: list[tuple[str, Element | None]] = [("", self.root if wanted is None else None)]
        self.found: list[Element] = []

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        above = self.open[-1][1]
        self.open.append((tag, None))
        if len(self.open) > DEPTH_AT_MOST:
            raise ValueError("its elements lie too deep in each other")
        if above is None and self.wanted != self.path:
            return
        here = Element(tag, attributes)
        if above is not None:
            above.parts.append(here)
        self.open[-1] = (tag, here)

    def end(self) -> None:
        if len(self.open) > 1:
            whole = self.path == self.wanted
            element = self.open.pop()[1]
            if whole and element is not None:
                self.found.append(element)

    def text(self, data: str) -> None:
        if (here := self.open[-1][1]) is not None:
            here.parts.append(data)

    @property
    def path(self) -> Path:
        return tuple(tag for tag, _ in self.open[1:] if tag not in _GROUPS)


class _Html(HTMLParser):
    def __init__(self, builder: _Builder) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = builder

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while self.builder.open[-1][0] in _ENDS.get(tag, ()):
            self.builder.end()
        self.builder.begin(tag, {key: value or "" for key, value in attrs})
        if tag in _VOID:
            self.builder.end()

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and any(name == tag for name, _ in self.builder.open[1:]):
            while self.builder.open[-1][0] != tag:
                self.builder.end()
            self.builder.end()

    def handle_data(self, data: str) -> None:
        self.builder.text(data)


def is_page(text: str) -> bool:
    """Whether a text is HTML rather than XML."""
    return bool(
        re.match(r"(?is)\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html\b)", text)
    )


def elements(blocks: Iterable[bytes], wanted: Path | None, *, page: bool) -> Iterator[Element]:
    """The elements at a path, as they become whole; with no path, all that there is. Broken marks raise a ValueError."""
    builder = _Builder(wanted)
    if page:
        html = _Html(builder)
        for text in _texts(blocks):
            html.feed(text)
            yield from _taken(builder)
        html.close()
    else:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, held: builder.begin(
            _local(tag), {_local(k): v for k, v in held.items() if not k.startswith("xmlns")}
        )
        parser.EndElementHandler = lambda _: builder.end()
        parser.CharacterDataHandler = builder.text
        parser.EntityDeclHandler = _refused
        _fed(parser, _LIST)
        for text in _texts(blocks):
            _fed(parser, _PROLOGUE.sub("", text).encode(), builder)
            yield from _taken(builder)
        if wanted is not None:
            _fed(parser, b"</list>")
    while wanted is not None and page and len(builder.open) > 1:
        builder.end()
    yield from _taken(builder)
    if wanted is None:
        yield builder.root


def _texts(blocks: Iterable[bytes]) -> Iterator[str]:
    """The blocks as texts: UTF-8, else in the page that the marks themselves name."""
    decoder: codecs.IncrementalDecoder | None = None
    for block in blocks:
        if decoder is None:
            said = re.search(rb"(?i)(?:encoding|charset)\s*=\s*[\"']?([\w-]+)", block[:2000])
            decoder = codecs.getincrementaldecoder("utf-8")("strict")
            try:
                decoder.decode(block)
                name = "utf-8"
            except UnicodeDecodeError:
                name = said[1].decode() if said and said[1].lower() not in (b"utf-8", b"utf8") else "cp1252"
            try:
                decoder = codecs.getincrementaldecoder(name)("backslashreplace")
            except LookupError:
                decoder = codecs.getincrementaldecoder("cp1252")("backslashreplace")
        yield decoder.decode(block)


_LIST = b"<list>"  # around all, since a log has no element around its entries


def _taken(builder: _Builder) -> Iterator[Element]:
    found, builder.found = builder.found, []
    yield from found


def _fed(parser: expat.XMLParserType, data: bytes, builder: _Builder | None = None) -> None:
    try:
        parser.Parse(data, False)
    except expat.ExpatError as error:
        if builder is not None and builder.wanted is None:
            return  # only its beginning is here
        raise ValueError(f"its marks are broken: {error}") from None


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refused(*_: object) -> NoReturn:
    raise ValueError("it declares entities, which are not read")
