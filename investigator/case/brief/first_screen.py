"""The first screen of a postmortem."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from investigator import moment
from investigator.case import marks
from investigator.case.reasoning.statements import statements as statements_of
from investigator.case.reasoning.statements import tally
from investigator.case.shown import Shown, escape
from investigator.case.snapshot import Snapshot

Tile = tuple[str, str, str, str]
#: What a tile says that says nothing: who writes is asked for it in a grey line, who reads is spared it.
_UNKNOWN = ("not known", "none known")


def first_screen(snapshot: Snapshot) -> Shown:
    """A postmortem's first screen: the customer's words, one sentence of cause and end, four tiles, and how the statements fared."""
    state = snapshot.state
    title = snapshot.title
    summary = state.prose.get("summary")
    written = bool(summary and summary.content)
    sentence = str(summary.content["text"]) if summary and summary.content else _draft(snapshot)
    tiles = [harm(snapshot), deadline(snapshot), others(snapshot), noticed(snapshot)]
    statements = statements_of(snapshot)
    markup = (
        f"<div class='first-screen'><p class='eyebrow'>{escape(snapshot.id)} · {escape(state.phase)}</p>"
        f"<h1>{escape(title)}</h1><p class='{'lead' if written else 'missing'}'>{escape(sentence)}</p>"
        f"<div class='tiles'>{''.join(_tile(*tile) for tile in tiles if tile[1] not in _UNKNOWN)}</div>"
        f"{''.join(_asked(*tile) for tile in tiles if tile[1] in _UNKNOWN)}"
        f"<p class='tally'>{escape(tally(statements))} {escape(not_seen(snapshot))}</p></div>"
    )
    text = "\n".join(
        [
            f"{snapshot.id}  {title}",
            sentence,
            *(f"{label}: {value} ({note})" for label, value, note, _ in tiles),
            tally(statements),
            not_seen(snapshot),
        ]
    )
    return Shown(text, markup)


def harm(snapshot: Snapshot) -> Tile:
    """How many of the customer's documents were affected, from when to when, and whether any was lost."""
    found = _harm(snapshot)
    if found is None:
        return ("harm", "not known", "name a document: case.record.declare(about='...')", "")
    mine = found["mine"] or found["affected"]
    span = _span(found, snapshot.zone)
    lost = "none lost" if not found["lost"] else f"{found['lost']} lost"
    noun = found["kind"] + ("" if mine == 1 else "s")
    return ("harm", f"{mine:,} {noun} unfindable", f"{span}, {lost}", "bad" if found["lost"] else "warn")


def deadline(snapshot: Snapshot) -> Tile:
    """Whether the deadline was met, and with how much to spare."""
    due = snapshot.state.deadline
    if due is None:
        return ("deadline", "none known", "the call names none", "")
    look = {True: "ok", False: "bad", None: "warn"}[due.met()]
    return ("deadline", due.stands(snapshot.now), moment.show(due.due, snapshot.zone), look)


def others(snapshot: Snapshot) -> Tile:
    """Who else is hit: customers, documents, and those that nobody can know."""
    found = _harm(snapshot)
    if found is None:
        return ("others", "not known", "name a document first", "")
    told = snapshot.once("who_else", like=snapshot.about)
    customers = [
        c
        for c in (told.value["customers"] if told else [])
        if c["affected"] and c["customer"] != found["customer"]
    ]
    unknown = told.value["unknown"] if told else 0
    note = f"{unknown:,} unknown: nobody logged their path" if unknown else "none unknown"
    if not found["others"]:
        return ("others", "nobody else found", note, "warn" if unknown else "ok")
    noun = "customer" if len(customers) == 1 else "customers"
    whose = f"{len(customers)} {noun}, " if customers else ""
    return ("others", f"{whose}{found['others']:,} {found['kind']}s", note, "warn")


def noticed(snapshot: Snapshot) -> Tile:
    """Who noticed, and how long after the onset."""
    state, start = snapshot.state, marks.onset(snapshot)
    if start is None or state.call is None:
        return ("noticed", "not known", "no onset, or no call", "")
    after = state.call.happened[0] - start
    return ("noticed", "by the customer", f"{moment.duration(after)} after onset", "warn")


def not_seen(snapshot: Snapshot) -> str:
    """What we could not see, in one sentence, for the incident's own day."""
    from investigator.facts.silences import silences

    if not snapshot.manifest().segments:
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
        parts.append(f"{rejected:,} units that could not be read")
    return (
        f"What we could not see: {'; '.join(parts)}."
        if parts
        else "Nothing that we know of was hidden from us."
    )


def _tile(label: str, value: str, note: str, css: str) -> str:
    return (
        f"<div class='tile {css}'><p class='tile-label'>{escape(label)}</p>"
        f"<p class='tile-value'>{escape(value)}</p><p class='tile-note'>{escape(note)}</p></div>"
    )


def _asked(label: str, value: str, note: str, css: str) -> str:
    return f"<p class='missing'>{escape(f'{label}: {value}, {note}')}</p>"


def _harm(snapshot: Snapshot) -> dict[str, Any] | None:
    if not snapshot.about:
        return None
    finding = snapshot.once("harm", like=snapshot.about)
    return finding.value if finding is not None and finding.verdict == "found" else None


def _span(found: dict[str, Any], zone: str) -> str:
    low = moment.show(datetime.fromisoformat(found["first"]), zone, day=False).split(" ")[0]
    if not found.get("visible_again"):
        return f"since {low} {moment.city(zone)}"
    # To the next full minute: at that minute the last one was back.
    back = datetime.fromisoformat(found["visible_again"]) + timedelta(seconds=59)
    high = moment.show(back, zone, day=False).split(" ")[0]
    return f"{low} to {high} {moment.city(zone)}"


def _draft(snapshot: Snapshot) -> str:
    guess = snapshot.state.working_guess
    if guess:
        return f"Draft: {guess.text} ({guess.state}). Write the summary: case.record.prose('summary', '...')."
    return "Draft: nobody wrote a summary yet. Write it: case.record.prose('summary', '...')."
