"""How things look on screen: names and texts made harmless, and a small style sheet that comes with each finding.

A name may come from anyone: `harmless` is the one place that takes its teeth, for a terminal and for a page.

Whoever opens a notebook elsewhere sees the same. JupyterLab puts tables right and centres their captions; text
reads from the left. Colours are the notebook's own, so that a dark theme stays dark.
"""

from __future__ import annotations

import html
import re

#: What moves a cursor, turns the direction of a line, hides, or can't be written: controls, bidi marks, line and
#: paragraph separators, marks without width, halves of pairs, tags.
_HARM = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


NAME_AT_MOST = 180


def harmless(text: object, *, keep: str = "") -> str:
    """Text with what could deceive or disturb written out: \\x1b, \\u202e; the characters in `keep` stay."""
    given = str(text)
    if not _HARM.search(given):
        return given
    return _HARM.sub(lambda match: match[0] if match[0] in keep else _written(match[0]), given)


def escape(value: object) -> str:
    """Text for HTML, and nothing in it that moves, hides or turns the rest."""
    return html.escape(harmless(value, keep="\n\t"))


def shown_name(name: str) -> str:
    """A file's name as it is shown everywhere: harmless, and not longer than a line."""
    return shortened(harmless(name), NAME_AT_MOST)


def _written(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file's name that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def several(count: int, noun: str) -> str:
    """So many of something: 1 step, 2,000 steps."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def cut(text: str, width: int) -> str:
    """A text by its beginning, and a sign where it goes on."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def shortened(text: str, width: int) -> str:
    """A long name by its beginning, its end, and a mark of what is between."""
    if len(text) <= width:
        return text
    import hashlib

    mark = hashlib.sha256(text.encode("utf-8", errors="backslashreplace")).hexdigest()[:8]
    side = (width - 10) // 2
    return f"{text[:side]}…{mark}…{text[-side:]}"


_STYLE = (
    # Where a table goes on to the right, the edge is seen and the bar stays; at its end the edge is gone.
    ".inv-look{max-width:68rem;overflow-x:auto;border-right:4px solid transparent;"
    "animation:inv-edge linear;animation-timeline:scroll(self inline)}"
    "@keyframes inv-edge{0%,95%{border-right-color:#e69f00}100%{border-right-color:transparent}}"
    ".inv-look::-webkit-scrollbar{height:11px}"
    ".inv-look::-webkit-scrollbar-thumb{background:#8a949e;border-radius:6px}"
    ".inv-look .finding{border-left:4px solid #0072b2;padding:0 0 0 14px}"
    ".inv-look .verdict-absent{border-color:#8a949e}.inv-look .verdict-inconclusive{border-color:#e69f00}"
    ".inv-look p{margin:.25em 0 .5em;max-width:85ch}"
    ".inv-look .question,.inv-look .missing,.inv-look .more,.inv-look summary,.inv-look caption"
    "{color:var(--jp-ui-font-color2,#5a6570);font-size:92%}"
    ".inv-look .answer{font-size:112%;font-weight:600}"
    ".inv-look .verdict{font-size:72%;font-weight:600;border:1px solid currentColor;border-radius:9px;"
    "padding:0 8px;margin-left:4px;color:#0072b2;white-space:nowrap}"
    ".inv-look .not-seen{color:#a05a00}"
    ".inv-look table{margin:.3em 0 .7em;border-collapse:collapse}"
    ".inv-look.inv-look table caption{text-align:left;caption-side:top;padding:0 0 .3em}"
    ".inv-look.inv-look.inv-look table th,.inv-look.inv-look.inv-look table td{text-align:left;"
    "vertical-align:top;max-width:34ch;"
    "overflow-wrap:break-word;white-space:normal}"
    ".inv-look.inv-look.inv-look table td.when{white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".inv-look.inv-look.inv-look table.facts td{max-width:100ch}"
    ".inv-look .stopped{color:#a05a00;font-weight:600}"
    ".inv-look .tiles{display:flex;flex-wrap:wrap;gap:12px;margin:.6em 0}"
    ".inv-look .tile{border:1px solid #b9c1c8;border-radius:8px;padding:4px 14px;min-width:11rem}"
    ".inv-look .tile-value{font-size:118%;font-weight:600}"
    ".inv-look .copied{position:relative;max-width:68rem}"
    ".inv-look .copied pre{padding:10px 14px;border:1px solid #b9c1c8;border-radius:8px;white-space:pre-wrap}"
    ".inv-look .copied .copy{position:absolute;top:8px;right:8px;padding:2px 12px;cursor:pointer}"
    ".inv-look tr.differs td{background:rgba(230,159,0,.18)}"
    ".inv-look tbody tr:not(.differs)>:first-child{position:sticky;left:0;"
    "background:var(--jp-layout-color0,var(--vscode-editor-background,Canvas))}"
    ".inv-look tbody tr:nth-child(even):not(.differs)>:first-child"
    "{background:var(--jp-rendermime-table-row-background,var(--vscode-editor-background,Canvas))}"
    # JupyterLab's dark themes: ink that stands out, and our pictures, which are drawn on white, turned round.
    "body[data-jp-theme-light=false] .inv-look .verdict{color:#6cb8ea}"
    "body[data-jp-theme-light=false] .inv-look .not-seen,"
    "body[data-jp-theme-light=false] .inv-look .stopped{color:#f0b357}"
    "body[data-jp-theme-light=false] .js-plotly-plot:has(.main-svg[style*='255, 255, 255'])"
    "{filter:invert(.93) hue-rotate(180deg)}"
)


def styled(markup: str) -> str:
    """HTML of ours with its style; a page drops the style and uses its own."""
    return f"<style>{_STYLE}</style><div class='inv-look'>{markup}</div>"
