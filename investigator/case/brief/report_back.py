"""What a workstream reports back: what was asked of it, what was found, what was not, and what could not be seen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case import shown
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.finding import Finding

LINE_AT_MOST = 220
EACH_AT_MOST = 6


def report_back(snapshot: Snapshot, part: str = "") -> Shown:
    """A text to send to the lead, from the answers of this session: found, not there, not to be told; and what is open.

    `part` is what this workstream has in hand, such as "logs".
    """
    findings = _once(snapshot.asked)
    if not findings:
        return shown.missing(
            "Nothing to report yet: the cells above ask, and what they answer is gathered here."
        )
    lines = [
        f"{snapshot.id}{f' · {part}' if part else ''} · as of {moment.show(snapshot.now, snapshot.zone)}"
    ]
    for head, verdict in (("Found", "found"), ("Looked for and not there", "absent")):
        told = [_short(moment.localised(f.answer, snapshot.zone)) for f in findings if f.verdict == verdict]
        if told:
            lines += ["", f"{head}:", *(f"- {text}" for text in told[:EACH_AT_MOST])]
            lines += (
                [f"- and {len(told) - EACH_AT_MOST} more in the trail"] if len(told) > EACH_AT_MOST else []
            )
    doubtful = [f for f in findings if f.verdict == "inconclusive"]
    if doubtful:
        lines += ["", "Could not be told:"]
        lines += [f"- {_short(moment.localised(f.answer, snapshot.zone))}" for f in doubtful[:EACH_AT_MOST]]
    waiting = [ask for ask in snapshot.state.asks.values() if ask.answered is None]
    if waiting:
        lines += ["", "Open questions:"]
        lines += [f"- #{a.entry.number} {a.to()}: {a.text}" for a in waiting[:EACH_AT_MOST]]
    text = "\n".join(lines)
    return Shown(text, f"<pre class='copy'>{shown.escape(text)}</pre>")


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Each question once, its last answer."""
    last: dict[str, Finding] = {}
    for finding in findings:
        code = finding.check.code() if finding.check else finding.question
        last.pop(code, None)
        last[code] = finding
    return list(last.values())


def _short(text: str) -> str:
    return text if len(text) <= LINE_AT_MOST else f"{text[: LINE_AT_MOST - 4].rsplit(' ', 1)[0]} ..."
