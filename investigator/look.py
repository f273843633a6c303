"""How findings and cards look in a notebook: a small style sheet that comes with each; a page has its own.

Whoever opens a notebook elsewhere sees the same. JupyterLab puts tables right and centres their captions; text
reads from the left. Colours are the notebook's own, so that a dark theme stays dark.
"""

from __future__ import annotations

_STYLE = (
    ".inv-look{max-width:68rem;overflow-x:auto}"
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
    ".inv-look .tiles{display:flex;flex-wrap:wrap;gap:12px;margin:.6em 0}"
    ".inv-look .tile{border:1px solid #b9c1c8;border-radius:8px;padding:4px 14px;min-width:11rem}"
    ".inv-look .tile-value{font-size:118%;font-weight:600}"
    ".inv-look .copied{position:relative;max-width:68rem}"
    ".inv-look .copied pre{padding:10px 14px;border:1px solid #b9c1c8;border-radius:8px;white-space:pre-wrap}"
    ".inv-look .copied .copy{position:absolute;top:8px;right:8px;padding:2px 12px;cursor:pointer}"
    ".inv-look tr.differs td{background:rgba(230,159,0,.18)}"
)


def styled(markup: str) -> str:
    """HTML of ours with its style; a page drops the style and uses its own."""
    return f"<style>{_STYLE}</style><div class='inv-look'>{markup}</div>"
