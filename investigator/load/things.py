"""Whether each row of a table is a thing, which a newer export replaces, or something that happened, a step of its path.

A table in which things repeat tells what happened to them. One in which each row has an id of its own, beside columns
that say how it stands, lists things: the clock of a row is then a fact about the thing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from investigator.load.roles import EVENT_TIMES, Roles, plain

ROWS_AT_LEAST = 3  # with fewer nothing can repeat
FILLED = 0.98  # of the rows that have the id
_ID = re.compile(r"^(?=\S*\d)[^\s,;|{}\[\]]{1,80}$|^[0-9A-Fa-f]{8,}(?:-[0-9A-Fa-f]{4,})*$")
_AMOUNT = re.compile(r"^[+-]?\d+(?:[.,:]\d+)+$|^[+-]\d+$")
#: What is an id only where it stands first, or is called one: a number, a hash.
_BARE = re.compile(r"^(?:\d+|[0-9A-Fa-f]{16,})$")
_CALLED = re.compile(r"(?:id|no|nr|num|number|nummer|ref|reference|code|key|numéro|numero|número|folio)$")
_NUMBERED = re.compile(r"^\d{1,18}$")
#: What only rows of what happened have: what was done, by whom, from what to what; or words of a log.
_HAPPENED = frozenset(
    "action event eventtype eventname eventid activity operation verb command method transition oldvalue newvalue oldstatus "
    "newstatus fromstatus tostatus oldstate newstate fromstate tostate changedby performedby changedfield field level loglevel "
    "levelname message msg logmessage logger traceid spanid ipaddress clientip sourceip useragent userprincipalname actor requestid correlationid sessionid aktion ereignis aktivität évènement "
    "événement evenement acción accion evento actividad azione attività atividade ação handling gebeurtenis åtgärd händelse".split()
)
#: Ids of rows rather than of things.
_OF_ROWS = re.compile(
    r"^(?:id|nr|no|num|number|index|idx|pk|rowid|row|seq|sequence|line|offset|uuid|guid|key|lfdnr|laufnr|oid|objectid|rowno|rownum|"
    r".*(?:event|log|audit|entry|history|journal|transition|message|msg|trace|span|request|scan|change|reading|measurement)(?:id|no|nr|num|number|uuid|key)?)$"
)
_STATE = frozenset(
    "status state stage phase statuscode statusname condition situation zustand stand statut état etat estado stato staat toestand "
    "tillstånd tilstand stan incidentstate orderstatus currentstatus currentstate lifecycle".split()
)
#: Names of a time that may be that of anything.
_ANY_TIME = frozenset(
    "at when on date zeit uhrzeit zeitpunkt heure hora ora tijd tid data datum fecha horodatage".split()
)


def one_row_each(roles: Roles, keys: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    """The key whose values are the ids of the things, one row each; empty where rows tell what happened.

    `rows` are the first of the table, a text for each of `keys`.
    """
    time = roles.of.get("time")
    if (
        time is None
        or len(rows) < ROWS_AT_LEAST
        or ("body" in roles.of and plain(roles.of["body"]) in _HAPPENED)
    ):
        return ""
    words = {key: plain(re.split("[.:]", key)[-1]) for key in keys}
    if _HAPPENED & set(words.values()):
        return ""
    columns = {key: [row[i] or "" for row in rows] for i, key in enumerate(keys)}
    ids = [key for key in keys if key != time and _ids(columns[key], words[key], first=key == keys[0])]
    unique = [key for key in ids if len(set(columns[key])) == len(rows)]
    own = [key for key in unique if not _OF_ROWS.match(words[key]) or _lettered(columns[key], words[key])]
    named = [key for key in keys if words[key] in _STATE]
    fact = words[time] not in EVENT_TIMES and words[time] not in _ANY_TIME
    first = bool(own) and keys.index(own[0]) < keys.index(time)
    if named and own and (fact or first):
        return own[0]
    if named and unique and fact and not _repeats(columns, ids, unique, named[0]):
        return unique[0]
    if roles.kind == "metric" and unique[:1] == [keys[0]] and (fact or _of_others(columns, words, ids[1:])):
        return keys[0]  # rows with a number of their own are no measurements
    rest = [key for key in keys if key != time and key not in unique]
    if own and fact and first and not any(_tells(columns[key]) for key in rest):
        return own[0]
    return ""


def _ids(values: Sequence[str], word: str, *, first: bool) -> bool:
    """Whether these values look like ids, and nearly every row has one: amounts, versions, hashes and sizes are none."""
    said = [value for value in values if value]
    if len(said) < FILLED * len(values) or not all(map(_ID.match, said)) or any(map(_AMOUNT.match, said)):
        return False
    return first or bool(_CALLED.search(word)) or not any(map(_BARE.match, said))


def _of_others(columns: Mapping[str, Sequence[str]], words: Mapping[str, str], ids: Sequence[str]) -> bool:
    """Whether a column names things by number, nearly each row another: postings of orders, payments of invoices."""
    return any(_CALLED.search(words[key]) and len(set(columns[key])) > 0.8 * len(columns[key]) for key in ids)


def _lettered(values: Sequence[str], word: str) -> bool:
    """Whether a column called no more than id or number holds ids that say of what they are."""
    return word in ("id", "nr", "no", "number", "key") and not any(
        _NUMBERED.match(value) or re.fullmatch(r"[0-9a-fA-F-]{16,}", value) for value in values
    )


def _tells(values: Sequence[str]) -> bool:
    """Whether a column says in words what happened: sentences, or the same few words again and again."""
    said = [value for value in values if re.search(r"[^\W\d_]", value)]
    words = sum(len(value.split()) for value in said)
    return bool(said) and (
        words >= 4 * len(said) or (words >= 2 * len(said) and len(set(said)) < 0.7 * len(said))
    )


def _repeats(
    columns: Mapping[str, Sequence[str]], ids: Sequence[str], unique: Sequence[str], state: str
) -> bool:
    """Whether another id goes through states row by row, each once: then the rows are its history."""
    for key in ids:
        if key in unique:
            continue
        values = columns[key]
        pairs = list(zip(values, columns[state], strict=True))
        again = len(values) - len(set(values))
        if again >= 0.3 * len(values) and len(set(pairs)) >= 0.98 * len(pairs):
            return True
    return False
