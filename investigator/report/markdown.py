"""A page as Markdown with pictures, for a wiki: the same words, every chart an SVG beside it.

What a log wrote may look like Markdown or HTML. Here it stays text: no letter of it is read as a mark, a link or a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from investigator.report import figure as figures
from investigator.report.drawing.drawing import draw
from investigator.report.page import sanitised, shown_cells

if TYPE_CHECKING:
    from nbformat import NotebookNode

_PLOTLY = "application/vnd.plotly.v1+json"
_WIDTH = 900
#: What is a mark wherever it stands; within a word an underscore is none, so that ids can still be searched for.
_MARKS = re.compile(
    r"[\\`*\[\]|<&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|~(?=~)|(?<=~)~|(?<=[A-Za-z]):(?=//)|(?<=www)\."
)
#: What is one at the beginning of a line.
_FIRST = re.compile(r"^(?=[-+#>=~:])|(?<=^\d)(?=[.)])|(?<=^\d\d)(?=[.)])|(?<=^\d\d\d)(?=[.)])")
_ROWS_AT_MOST = 200
_SPACE = re.compile(r"\s+")


def markdown(
    notebook: NotebookNode, *, name: str, mark: str = "", foot: str = "", leave_out_empty: bool = False
) -> dict[str, bytes]:
    """File names and contents: `<name>.md`, and `<name>-1.svg` for the first chart, as the page has them."""
    parts = [f"> **{plain(mark)}**"] if mark else []
    pictures: dict[str, bytes] = {}
    for cell in shown_cells(notebook.cells, leave_out_empty=leave_out_empty):
        if cell.cell_type == "markdown":
            parts.append("".join(cell.source))
            continue
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if _PLOTLY in data:
                parts += _chart(data[_PLOTLY], name, pictures)
            elif "text/html" in data:
                parts.append(from_html(sanitised("".join(data["text/html"]))))
            elif "text/markdown" in data:
                # Words of the case: a tag in it is text, and a picture from elsewhere is not fetched.
                parts.append("".join(data["text/markdown"]).replace("<", "\\<").replace("![", "!\\["))
            elif "text/plain" in data and output.output_type != "stream":
                parts.append(_block("".join(data["text/plain"])))
            elif output.output_type == "stream" and output.name == "stdout":
                parts.append(_block("".join(output.text)))
    if foot:
        parts.append(f"---\n\n{plain(foot)}")
    text = re.sub(r"\n{3,}", "\n\n", "\n\n".join(part.strip("\n") for part in parts if part.strip()))
    return {f"{name}.md": f"{text}\n".encode("utf-8", "replace"), **pictures}


def plain(text: str) -> str:
    """A text that Markdown reads as it stands."""
    return _FIRST.sub(r"\\", _MARKS.sub(r"\\\g<0>", _SPACE.sub(" ", text).strip()))


def from_html(text: str) -> str:
    """What an output's HTML says, as Markdown: headings, paragraphs, lists and tables; a fold is written out."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return "\n\n".join(part for part in reader.finished() if part.strip())


def _chart(given: dict[str, Any], name: str, pictures: dict[str, bytes]) -> list[str]:
    label = figures.alternative(given) or figures.title(given) or "chart"
    file = f"{name}-{len(pictures) + 1}.svg"
    drawn = draw(figures.safe(given), width=_WIDTH, name=f"chart-{len(pictures) + 1}", alt=label)
    table = figures.table(given)
    if drawn is None:
        return [_table([table.columns, *table.rows[:_ROWS_AT_MOST]])]
    pictures[file] = drawn.encode("utf-8", "replace")
    return [f"![{plain(label)}]({file})"]


def _block(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text.rstrip()}\n{fence}" if text.strip() else ""


def _table(rows: list[list[Any]]) -> str:
    wide = max((len(row) for row in rows), default=0)
    if not wide:
        return ""
    cells = [[*(plain(str("" if c is None else c)) for c in row), *[""] * (wide - len(row))] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([lines[0], f"|{' --- |' * wide}", *lines[1:]])


class _Reader(HTMLParser):
    """HTML of text and tables only, as `sanitised` leaves it, into pieces of Markdown."""

    _BLOCKS = frozenset(
        "p div section header footer article blockquote summary figcaption pre ul ol dl dt dd details".split()
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._words: list[str] = []
        self._rows: list[list[str]] | None = None
        self._lists: list[str] = []
        self._prefix = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._flush()
            self._rows = []
        elif self._rows is not None:
            if tag == "tr":
                self._rows.append([])
            elif tag == "br":
                self._words.append(" ")
        elif tag in ("ul", "ol"):
            self._flush()
            self._lists.append(tag)
        elif re.fullmatch("h[1-6]", tag):
            self._flush()
            self._prefix = "#" * int(tag[1]) + " "
        elif tag == "li":
            self._flush()
            self._prefix = "  " * (len(self._lists) - 1) + ("1. " if self._lists[-1:] == ["ol"] else "- ")
        elif tag in self._BLOCKS:
            self._flush()
        elif tag == "br":
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._rows is not None:
            if tag in ("td", "th"):
                cell, self._words = "".join(self._words), []
                if not self._rows:
                    self._rows.append([])
                self._rows[-1].append(_SPACE.sub(" ", cell).strip())
            elif tag == "caption":
                caption, self._words = "".join(self._words), []
                self._out.append(plain(caption))
            elif tag == "table":
                rows, self._rows = [row for row in self._rows if row], None
                more = len(rows) - 1 - _ROWS_AT_MOST
                self._out.append(_table(rows[: _ROWS_AT_MOST + 1]))
                if more > 0:
                    self._out.append(f"and {more:,} more rows")
        elif tag in ("ul", "ol"):
            self._flush()
            self._lists = self._lists[:-1]
        elif tag in self._BLOCKS or tag == "li" or re.fullmatch("h[1-6]", tag):
            self._flush()

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def finished(self) -> Iterator[str]:
        """The pieces in order; the items of a list close to each other."""
        self._flush()
        item = re.compile(r" *(?:- |1\. )")
        held: list[str] = []
        for part in self._out:
            if item.match(part):
                held.append(part)
                continue
            if held:
                yield "\n".join(held)
                held = []
            yield part
        if held:
            yield "\n".join(held)

    def _flush(self) -> None:
        words = _SPACE.sub(" ", "".join(self._words)).strip()
        if words:
            self._out.append(self._prefix + plain(words))
            self._prefix = ""
        self._words = []
