"""The first screen of a postmortem."""

from __future__ import annotations

from investigator import moment
from investigator.case import marks
from investigator.case.brief._tiles import deadline, harm, noticed, others, requests, service
from investigator.case.reasoning.statements import statements as statements_of
from investigator.case.reasoning.statements import tally
from investigator.case.shown import Shown, escape
from investigator.case.snapshot import Snapshot
from investigator.look import cut

#: A title is read at a glance; the rest of a longer one stands folded below.
TITLE_AT_MOST = 160
#: Kinds of source as people call them.
KINDS = {
    "log": "logs",
    "audit": "an audit trail",
    "record": "a table of records",
    "deploy": "deploys",
    "flag": "feature flags",
    "access": "an access log",
    "metric": "metrics",
    "span": "traces",
}


def first_screen(snapshot: Snapshot) -> Shown:
    """A postmortem's first screen: the customer's words, one sentence of cause and end, four tiles, and how the statements fared."""
    state = snapshot.state
    title = cut(snapshot.title, TITLE_AT_MOST)
    summary = state.prose.get("summary")
    written = bool(summary and summary.content)
    sentence = str(summary.content["text"]) if summary and summary.content else _draft(snapshot)
    failing, where = requests(snapshot), service(snapshot)
    tiles = [failing or harm(snapshot), deadline(snapshot), where or others(snapshot), noticed(snapshot)]
    statements = statements_of(snapshot)
    head = " · ".join(part for part in (snapshot.id, marks.day(snapshot), state.phase) if part)
    # For who writes; a released page leaves it out.
    name_one = "Name one that is affected, and its harm is counted: case.record.declare(about='...')"
    asked = "" if snapshot.about or failing or where else f"<p class='missing'>{escape(name_one)}</p>"
    markup = (
        f"<div class='first-screen'><p class='eyebrow'>{escape(head)}</p>"
        f"<h1>{escape(title)}</h1><p class='{'lead' if written else 'missing'}'>{escape(sentence)}</p>"
        f"<div class='tiles'>{''.join(_tile(*tile) for tile in tiles)}</div>{asked}"
        f"<p class='tally'>{escape(tally(statements))} {escape(not_seen(snapshot))}</p></div>"
    )
    text = "\n".join(
        [
            head,
            title,
            sentence,
            *(f"{label}: {value} ({note})" for label, value, note, _ in tiles),
            tally(statements),
            not_seen(snapshot),
        ]
    )
    made = Shown(text, markup)
    return made + _whole(snapshot.title) if len(snapshot.title) > TITLE_AT_MOST else made


def _whole(title: str) -> Shown:
    """A title that is too long for its place, whole."""
    return Shown(
        f"The whole title: {title}",
        f"<details class='fold'><summary>the whole title</summary><p>{escape(title)}</p></details>",
    )


def not_seen(snapshot: Snapshot) -> str:
    """What we could not see, in one sentence, for the incident's own day."""
    from investigator.facts.silences import silences

    if not snapshot.events().sources:
        return "Nothing is loaded, so nothing was looked at."
    window = marks.window(snapshot)
    rows = silences(snapshot.events())
    parts = []
    for row in rows.itertuples(index=False):
        if window is None or (row[2] > window[0] and row[1] < window[1]):
            low = moment.show(row[1].to_pydatetime(), snapshot.zone, day=False).split(" (")[0]
            high = moment.show(row[2].to_pydatetime(), snapshot.zone, day=False).split(" (")[0]
            parts.append(f"{row[0]} {low.split(' ')[0]} to {high}")
    rejected = sum(source.rejected for source in snapshot.events().sources)
    if rejected:
        parts.append(f"{rejected:,} {'unit' if rejected == 1 else 'units'} that could not be read")
    found = snapshot.once("coverage")
    missing = [str(kind) for kind in found.value["missing"]] if found is not None else []
    said = [f"What we could not see: {'; '.join(parts)}."] if parts else []
    if missing:
        said.append(f"Not loaded: {', '.join(KINDS[kind] for kind in missing)}.")
    return " ".join(said) or "Every kind of source is loaded, and none was silent."


def _tile(label: str, value: str, note: str, css: str) -> str:
    return (
        f"<div class='tile {css}'><p class='tile-label'>{escape(label)}</p>"
        f"<p class='tile-value'>{escape(value)}</p><p class='tile-note'>{escape(note)}</p></div>"
    )


def _draft(snapshot: Snapshot) -> str:
    guess = snapshot.state.working_guess
    if guess:
        by = f" by {guess.history[-1].author}" if guess.history else ""
        return f"Draft: {guess.text} ({guess.state}{by}). Write the summary: case.record.prose('summary', '...')."
    return "Draft: nobody wrote a summary yet. Write it: case.record.prose('summary', '...')."
