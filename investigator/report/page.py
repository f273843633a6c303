"""One HTML file that shows a notebook's outputs: it runs no code but its own, and calls nowhere.

Data is escaped where it enters the page, and a Content-Security-Policy that lists its own scripts by their
hashes stands behind that. The page is rendered with jinja2 and autoescape, from the folder beside this file;
nbconvert's own environment escapes nothing and looks for templates in the user's Jupyter folders.
"""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import html
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from investigator.errors import ParameterError
from investigator.report import figure as figures
from investigator.report.drawing.drawing import draw

if TYPE_CHECKING:
    from nbformat import NotebookNode

_FOLDER = Path(__file__).with_name("page")
_PLOTLY = "application/vnd.plotly.v1+json"
_WIDGET = "application/vnd.jupyter.widget-view+json"
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
#: Each chart is drawn for a page and for a telephone; the style sheet shows the one that fits.
_WIDTHS = {"wide-picture": 760, "narrow-picture": 350}
_HIDDEN = {"remove-cell", "parameters", "injected-parameters"}

WORDS = {
    "en": {
        "numbers": "The numbers",
        "code": "The code",
        "contents": "On this page",
        "more": "{n} more rows are not shown.",
        "nothing": "no values",
        "undrawn": "The chart is drawn only where JavaScript runs. Its numbers are below.",
        "chart": "Chart",
        "link": "Link to this part",
        "live": "Zoom and point",
        "still": "Back to the picture",
    },
    "de": {
        "numbers": "Die Zahlen",
        "code": "Der Code",
        "contents": "Auf dieser Seite",
        "more": "{n} weitere Zeilen werden nicht gezeigt.",
        "nothing": "keine Werte",
        "undrawn": "Das Diagramm wird nur mit JavaScript gezeichnet. Die Zahlen stehen darunter.",
        "chart": "Diagramm",
        "link": "Adresse dieses Teils",
        "live": "Zoomen und zeigen",
        "still": "Zurück zum Bild",
    },
}


def page(
    notebook: NotebookNode,
    *,
    title: str,
    audience: str = "engineering",
    code: bool = False,
    language: str = "en",
    leave_out_empty: bool = False,
    stamp: str = "",
    warning: str = "",
    mark: str = "",
    renewed: int = 0,
) -> bytes:
    """The page of an executed notebook: the same notebook and title give the same bytes.

    `stamp` is what tells this page from another: the case's id and its date. It stands in the browser's title
    and at the foot of each printed page.

    `code` shows each cell's code, folded. Cells tagged remove-cell are absent. `leave_out_empty` drops the
    grey lines that say what is missing, and the parts that hold nothing else: a draft shows them. `warning` stands above
    everything else. `mark` says how far the page is, such as "Draft": on top, and on every printed page.
    `renewed` is after how many seconds the page loads itself again.
    """
    if language not in WORDS:
        raise ParameterError(
            f"The page has no words in '{language}'.",
            f"There are: {', '.join(WORDS)}.",
            "Choose one of them.",
        )
    writer = _Writer(WORDS[language], code)
    body = "\n".join(writer.cells(shown_cells(notebook.cells, leave_out_empty=leave_out_empty)))
    if not re.search(r"<h1[ >]", body):
        body = f"<h1>{html.escape(title)}</h1>\n{body}"
    if warning:
        body = f'<p class="stopped" role="alert">{html.escape(warning)}</p>\n{body}'
    if mark:
        body = f'<p class="state-mark">{html.escape(mark)}</p>\n{body}'
    style, script = (_FOLDER / "style.css").read_text("utf-8"), (_FOLDER / "script.js").read_text("utf-8")
    copying = (_FOLDER / "copy.js").read_text("utf-8") if 'class="copied"' in body else ""
    renewing = (_FOLDER / "renew.js").read_text("utf-8") if renewed else ""
    allowed, packed = [_hash(one) for one in (copying, renewing) if one], ""
    if writer.charts:
        packed, plotly_hash = _plotly()
        allowed += [_hash(script), plotly_hash]
    hashes = " ".join(f"'{one}'" for one in allowed) or "'none'"
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src {hashes}; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )
    shell = _environment().get_template("index.html.j2")
    text = shell.render(
        title=f"{stamp}: {title}" if stamp else title,
        mark=_css_text(mark),
        renewed=renewed,
        renewing=renewing,
        running=_css_text(f"{stamp} \u00b7 {title}" if stamp else title),
        audience=audience,
        language=language,
        policy=policy,
        style=style,
        script=script if writer.charts else "",
        copying=copying,
        plotly=packed,
        body=body,
        contents=writer.sections,
        words=WORDS[language],
    )
    return text.encode("utf-8", "replace")


def shown_cells(cells: list[NotebookNode], *, leave_out_empty: bool = False) -> list[NotebookNode]:
    """The cells that a reader sees; with `leave_out_empty` without what says that something is missing."""
    cells = [_said(cell) for cell in cells]
    kept = _filled(cells) if leave_out_empty else cells
    return [cell for cell in kept if not _HIDDEN & set(cell.get("metadata", {}).get("tags", []))]


def _said(cell: NotebookNode) -> NotebookNode:
    """The cell with every chart that has nothing to draw as the sentence that it says instead: what is missing."""
    if not any(_PLOTLY in output.get("data", {}) for output in cell.get("outputs", [])):
        return cell
    outputs = []
    for output in cell.outputs:
        given = output.get("data", {}).get(_PLOTLY)
        if given is not None and not given.get("data"):
            notes = [str(note.get("text") or "") for note in given.get("layout", {}).get("annotations", [])]
            told = " ".join(note for note in notes if note) or figures.alternative(given)
            output = type(output)(
                {
                    **output,
                    "data": {"text/html": f'<p class="missing">{html.escape(html.unescape(told))}</p>'},
                }
            )
        outputs.append(output)
    return type(cell)({**cell, "outputs": outputs})


def _css_text(text: str) -> str:
    """A text inside a CSS string: all but letters, digits and spaces as their numbers.

    A space ends such a number and is none itself.
    """
    short = text if len(text) <= 90 else text[:89] + "\u2026"
    return "".join(c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):06x} " for c in short)


@functools.lru_cache(maxsize=1)
def _plotly() -> tuple[str, str]:
    """plotly.js as gzip in base64, the same bytes each time, and the hash of the script that comes out."""
    from plotly.offline import get_plotlyjs

    text = get_plotlyjs()
    return base64.b64encode(gzip.compress(text.encode("utf-8"), 9, mtime=0)).decode("ascii"), _hash(text)


def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


@functools.lru_cache(maxsize=1)
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


class _Writer:
    """Turns cells into HTML, one at a time, and remembers what the shell must know."""

    def __init__(self, words: dict[str, str], code: bool) -> None:
        self.words, self.code = words, code
        self.charts = 0
        self.sections: list[tuple[str, str]] = []
        self._slugs: dict[str, int] = {}
        self._heading = ""
        self._markdown = _markdown()

    def cells(self, cells: list[NotebookNode]) -> Iterator[str]:
        for cell in cells:
            tags = cell.get("metadata", {}).get("tags", [])
            if cell.cell_type == "markdown":
                yield f'<section class="words">{self.markdown(_joined(cell.source))}</section>'
            elif cell.cell_type == "code":
                parts = [part for output in cell.get("outputs", []) for part in self.output(output)]
                if self.code and "remove-input" not in tags and _joined(cell.source).strip():
                    parts.append(
                        f'<details class="code"><summary>{self.words["code"]}</summary>'
                        f"<pre><code>{html.escape(_joined(cell.source))}</code></pre></details>"
                    )
                if parts:
                    yield f'<section class="answer">{"".join(parts)}</section>'

    def output(self, output: NotebookNode) -> Iterator[str]:
        """One output as HTML. What went to stderr stays in the notebook, for whoever mends the template."""
        kind = output.output_type
        if kind == "stream":
            if output.name == "stdout" and _joined(output.text).strip():
                yield f'<pre class="stream">{_plain(_joined(output.text))}</pre>'
        elif kind == "error":
            yield f'<pre class="error">{_plain(f"{output.ename}: {output.evalue}")}</pre>'
        else:
            yield from self.data(output.data)

    def data(self, data: dict[str, Any]) -> Iterator[str]:
        if _PLOTLY in data:
            yield self.chart(data[_PLOTLY])
        elif "text/html" in data:
            inner = self.anchored(sanitised(_joined(data["text/html"]))).replace("<th></th>", "<td></td>")
            # What may be wider than the screen is reached by keys too.
            reached = ' tabindex="0"' if "<table" in inner else ""
            yield f'<div class="html"{reached}>{inner}</div>'
        elif "text/markdown" in data:
            yield f'<div class="words">{self.markdown(_joined(data["text/markdown"]))}</div>'
        elif "image/svg+xml" in data:
            # As an image an SVG runs no script and fetches nothing.
            source = "data:image/svg+xml," + quote(_joined(data["image/svg+xml"]), safe="")
            yield f'<img class="picture" alt="" src="{source}">'
        elif "image/png" in data or "image/jpeg" in data:
            kind = "image/png" if "image/png" in data else "image/jpeg"
            encoded = re.sub(r"[^A-Za-z0-9+/=]", "", _joined(data[kind]))
            yield f'<img class="picture" alt="" src="data:{kind};base64,{encoded}">'
        elif "text/plain" in data and _WIDGET not in data:
            yield f'<pre class="plain">{_plain(_joined(data["text/plain"]))}</pre>'

    def chart(self, given: dict[str, Any]) -> str:
        """The chart's place, its data as inert text, and the same numbers as a table."""
        self.charts += 1
        label = figures.title(given) or self._heading or f"{self.words['chart']} {self.charts}"
        height = given.get("layout", {}).get("height")
        height = height if isinstance(height, (int, float)) and 80 <= height <= 4000 else 420
        safe = figures.safe(given)
        data = json.dumps(safe, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
        alt, name = figures.alternative(given), f"chart-{self.charts}"
        pictures = [
            f'<div class="{kind}">{drawn}</div>'
            for kind, width in _WIDTHS.items()
            if (drawn := draw(safe, width=width, name=f"{name}-{kind}", alt=alt or label))
        ]
        undrawn = "" if pictures else f'<p class="missing undrawn">{self.words["undrawn"]}</p>'
        return (
            f'<figure class="chart-box" id="{name}"><div class="static">{"".join(pictures)}</div>'
            f'<div class="chart" role="group" aria-label="{html.escape(label)}"'
            f' style="height:{height:g}px" hidden></div>'
            f'<pre class="chart-data" data-live="{self.words["live"]}" data-still="{self.words["still"]}" hidden>{html.escape(data, quote=False)}</pre>{undrawn}'
            f"{self.table(figures.table(given), label, opened=not pictures)}</figure>"
        )

    def table(self, table: figures.Table, label: str, *, opened: bool = False) -> str:
        numeric = [_numeric(table.rows, place) for place in range(len(table.columns))]
        head = "".join(
            f'<th scope="col"{" class=number" if right else ""}>{html.escape(column)}</th>'
            for column, right in zip(table.columns, numeric, strict=True)
        )
        rows = "".join("<tr>" + "".join(_table_cell(value) for value in row) + "</tr>" for row in table.rows)
        if not rows:
            rows = f'<tr><td colspan="{len(table.columns)}">{self.words["nothing"]}</td></tr>'
        more = self.words["more"].format(n=f"{table.left_out:,}")
        note = f'<p class="missing">{more}</p>' if table.left_out else ""
        return (
            f'<details class="numbers-fold"{" open" if opened else ""}><summary>{self.words["numbers"]}: '
            f'{html.escape(table.title or label)}</summary><div class="wide">'
            f'<table class="numbers"><thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>{note}</details>"
        )

    def markdown(self, text: str) -> str:
        return self.anchored(self._markdown.render(text))

    def anchored(self, text: str) -> str:
        """The same HTML, its headings with ids of the page's making, level two listed in the contents."""

        def anchor(match: re.Match[str]) -> str:
            level, inner = match[1], match[2]
            words = html.unescape(re.sub(r"<[^>]*>", "", inner)).strip()
            slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60] or "section"
            self._slugs[slug] = self._slugs.get(slug, 0) + 1
            if self._slugs[slug] > 1:
                slug = f"{slug}-{self._slugs[slug]}"
            self._heading = words
            if level == "2":
                self.sections.append((f"at-{slug}", words))
            link = ""
            if level in "23":
                link = f'<a class="permalink" href="#at-{slug}" aria-label="{self.words["link"]}"></a>'
            return f'<h{level} id="at-{slug}">{inner}{link}</h{level}>'

        return re.sub(r"<h([1-6])>(.*?)</h\1>", anchor, text, flags=re.DOTALL)


_MISSING = re.compile(r'<p class="missing">.*?</p>', re.DOTALL)


def _filled(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells without their missing lines, and without the parts that then hold no answer."""
    parts: list[list[NotebookNode]] = [[]]
    emptied: list[bool] = [False]
    for cell in cells:
        if cell.cell_type == "markdown" and re.match(r"#{1,6}\s", _joined(cell.source).lstrip()):
            parts.append([])
            emptied.append(False)
        if cell.cell_type == "code":
            kept = [output for output in map(_without_missing, cell.get("outputs", [])) if output is not None]
            emptied[-1] |= len(kept) < len(cell.get("outputs", []))
            cell = type(cell)({**cell, "outputs": kept})
        parts[-1].append(cell)
    return [
        cell
        for part, empty in zip(parts, emptied, strict=True)
        if not empty or any(cell.get("outputs") for cell in part) or _joined(part[0].source).startswith("# ")
        for cell in part
    ]


def _without_missing(output: NotebookNode) -> NotebookNode | None:
    """The output without its missing lines; None when nothing is left of it."""
    data = output.get("data", {})
    if "text/html" not in data or _PLOTLY in data:
        return output
    before = sanitised(_joined(data["text/html"]))
    after = _MISSING.sub("", before)
    if after == before:
        return output
    if not re.sub(r"<[^>]*>|\s", "", after):
        return None
    return type(output)({**output, "data": {**data, "text/html": after}})


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _plain(text: str) -> str:
    return html.escape(_ANSI.sub("", text).rstrip("\n"))


def _numeric(rows: list[list[Any]], place: int) -> bool:
    values = [row[place] for row in rows if place < len(row) and row[place] is not None]
    return bool(values) and all(
        isinstance(value, (int, float)) and not isinstance(value, bool) for value in values
    )


def _table_cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return '<td class="none">–</td>'
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return f"<td>{html.escape(str(value))}</td>"
    shown = (
        f"{value:,}"
        if isinstance(value, int)
        else f"{value:,.4g}"
        if abs(value) < 10_000
        else f"{value:,.0f}"
    )
    return f'<td class="number">{shown}</td>'


_CLASS = re.compile(r"[\w -]+")
_TAGS = {
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "div",
        "span",
        "section",
        "header",
        "footer",
        "article",
        "hr",
        "br",
    ),
    *(
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "strong",
        "em",
        "b",
        "i",
        "code",
        "pre",
        "kbd",
        "mark",
        "small",
        "sub",
        "sup",
    ),
    *("blockquote", "time", "abbr", "s", "del", "ins"),
    *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
    *("details", "summary"),
}
_ATTRIBUTES = {
    "*": {"class"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "abbr": {"title"},
    "ol": {"start"},
}
# Everything between these goes too, not only the tags.
_WITH_CONTENT = {
    "script",
    "button",
    "style",
    "template",
    "iframe",
    "object",
    "noscript",
    "svg",
    "math",
    "textarea",
    "select",
}


def sanitised(text: str) -> str:
    """HTML of an output with the tags of text and tables only: no address, no style, no handler, no id.

    A fold is `<details class="fold">`; any other becomes a plain block, so that only the kit's own folds
    fold.
    """
    import nh3

    cleaned = nh3.clean(
        text,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        clean_content_tags=_WITH_CONTENT,
        attribute_filter=_attribute,
        url_schemes=set(),
        link_rel=None,
        strip_comments=True,
    )
    return _own_folds(cleaned)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return value if _CLASS.fullmatch(value) else None
    if name in ("colspan", "rowspan", "start"):
        return value if value.isdigit() and len(value) < 4 else None
    if name == "scope":
        return value if value in ("row", "col", "rowgroup", "colgroup") else None
    return value


def _own_folds(cleaned: str) -> str:
    # nh3 writes well-formed HTML and has escaped every other "<", so a stack of the open ones is enough.
    open_ones: list[bool] = []

    def replace(match: re.Match[str]) -> str:
        closing, tag, rest = match[1], match[2], match[3]
        if tag == "details" and not closing:
            open_ones.append('class="fold"' in rest)
        own = bool(open_ones) and open_ones[-1]
        if tag == "details" and closing and open_ones:
            open_ones.pop()
        return match[0] if own else f"<{closing}div{'' if closing else rest}>"

    return re.sub(r"<(/?)(details|summary)\b([^>]*)>", replace, cleaned)


def _markdown() -> Any:
    """A Markdown renderer that knows no HTML, fetches no image, and writes a link as words and address."""
    from markdown_it import MarkdownIt

    renderer = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])

    def image(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        return f'<span class="absent-picture">{html.escape(tokens[index].content)}</span>'

    def link_open(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        return '<span class="link">'

    def link_close(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        opened, depth = index, 0
        while opened >= 0:
            depth += {"link_close": 1, "link_open": -1}.get(tokens[opened].type, 0)
            if depth == 0:
                break
            opened -= 1
        address = str(tokens[opened].attrGet("href") or "")
        words = "".join(token.content for token in tokens[opened + 1 : index])
        shown = (
            ""
            if words == address or address.startswith("#")
            else f' <span class="address">({html.escape(address)})</span>'
        )
        return f"</span>{shown}"

    def table_open(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        return '<div class="wide"><table>'

    def table_close(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        return "</table></div>"

    for name, rule in {
        "image": image,
        "link_open": link_open,
        "link_close": link_close,
        "table_open": table_open,
        "table_close": table_close,
    }.items():
        renderer.add_render_rule(name, rule)
    return renderer
