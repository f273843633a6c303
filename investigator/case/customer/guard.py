"""What may not go to the customer as it is: inside names, times that nothing backs, and comfort without a check.

Each problem says what to write instead. Words that the customer used, and those that everybody uses, are theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from investigator import natural_times
from investigator.case.reasoning.statements import HOLD, Statement
from investigator.case.record import promises
from investigator.case.recovery import standing
from investigator.case.snapshot import Snapshot
from investigator.errors import MomentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from investigator.case.record.state import State

#: Names of services that are also words that everybody uses: a name only where it is used as one.
EVERYBODYS = frozenset(
    "search upload uploads download login mail email web website app document documents file files storage account "
    "accounts billing payment payments order orders customer customers user users report reports invoice invoices "
    "message messages notification notifications support shop cart checkout print scan help public internet "
    "online home page list export import data database backup delivery shipping".split()
)
_AS_NAME = r"(?:[ -](?:service|server|worker|workers|job|pod|pods|host|node|cluster|queue|daemon|team|api|db)\b|[ -]v?\d+\.\d)"
_VERSION = re.compile(r"(?<![\w./-])v?\d+\.\d+\.\d+(?:[-+][\w.]+)?(?![\w/])(?!\.\d)")
_DAY = re.compile(r"^\d{1,2}\.\d{1,2}\.\d{4}$")
_ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?(?!\.?\d)")
_FILE = re.compile(
    r"(?<![\w@])(?:[\w.-]+/)*[\w.-]+\.(?:jsonl?|log|csv|sqlite|db|py|java|go|ya?ml|toml|sql|gz)\b(?:!(?:[\w.-]+/)*[\w.-]*\w)?"
)
_URL = re.compile(
    r"\bhttps?://(?:localhost|[\w-]+(?::\d+)?(?:/|\s|$)|[\w.-]+\.(?:local|internal|intra|corp|svc)\b)\S*"
)

COMFORT = re.compile(
    r"(?i)\b(safe(?:ly)?|(?:not|\w*n't|never|nothing(?: (?:is|was|has been))?|none(?: (?:is|was|of \w+ (?:is|are|was|were)))?|no \w+(?: (?:is|are|was|were|has been|have been))?) (?:lost|gone|deleted|missing|leaked|destroyed)"
    r"|no (?:data|document|documents|file|files) (?:loss|was lost|were lost)|without loss|(?:no|any) data loss|intact|unharmed|undamaged|all there|secure(?:ly)?"
    r"|(?:not|\w*n't) (?:been )?(?:lost|gone|deleted|affected)|can't be lost|will not be lost|can all be found|fully restored|can (?:all )?(?:\w+ )?be (?:found|opened|seen)|(?:is|are) (?:all )?back)\b"
)
_WILL = re.compile(
    r"(?i)\b(will|'ll|going to|expect\w*|estimat\w*|should|shall|by|until|within|in about|in|eta|soon|shortly|tonight|tomorrow|today|moment)\b"
)
_REPAIR = re.compile(
    r"(?i)\b(fix\w*|repair\w*|restor\w*|resolv\w*|solv\w*|back|available|ready|done|working again|work again|recover\w*|complete\w*|finish\w*|visible|findable|over|online|appear\w*)\b"
)
_PAST = re.compile(
    r"(?i)\b(was|were|has been|have been|been|had) (?:\w+ ){0,2}(?:restored|repaired|fixed|resolved|solved|done|completed|finished|recovered)\b"
)
_CLOCK = re.compile(
    r"\b(?:today |tomorrow |\d{4}-\d{2}-\d{2} )?\d{1,2}:\d{2}\b(?:\s?[ap]m\b)?|\b\d{1,2}\s?[ap]m\b|\b\d{1,2} o'clock\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"(?i)\b(?:in|within|about|another)\s+(?:about |the next |an? |half an )?(\d+|an?|half an|few|some)?\s*(minutes?|min|hours?|h|days?)\b"
)
_VAGUE = re.compile(
    r"(?i)\b(soon|shortly|tonight|this (?:evening|afternoon|morning)|tomorrow|any (?:minute|moment)|in a (?:moment|few minutes)|as soon as possible|end of (?:the )?day)\b"
)
#: What they told us is theirs to say.
_THEIRS = re.compile(r"(?i)\byou (?:told|wrote|said|see|saw|confirmed)\b")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


@dataclass(frozen=True)
class Problem:
    """What can't go out: which words, why, and what to write instead. `sort` is name, time or comfort."""

    sort: str
    found: str
    why: str
    instead: str

    def __str__(self) -> str:
        return f"'{self.found}' {self.why}: {self.instead}"


def names(snapshot: Snapshot) -> dict[str, str]:
    """What is called how inside, with what to say instead: services, hosts, sources, flags, people."""
    events = snapshot.events()
    key = "inside names"
    if key not in events.memo:
        table = events.table
        out: dict[str, str] = {}
        rows = events.engine.fetch(table.select("service", "host").distinct().limit(5_000))
        for service in sorted({str(s) for s in rows["service"].dropna()}):
            out[service] = "a part of our system"
        for host in sorted({str(h) for h in rows["host"].dropna()}):
            out.setdefault(host, "one of our machines")
        changes = table.filter(table.kind.isin(("flag", "deploy"))).select("attributes").limit(2_000)
        for attributes in events.engine.fetch(changes)["attributes"]:
            held = {str(k): str(v) for k, v in dict(attributes if attributes is not None else {}).items()}
            for name in ("flag", "feature"):
                if held.get(name):
                    out.setdefault(held[name], "a setting")
        for source in events.sources:
            if re.search(r"[/._!]", source.name):
                out.setdefault(source.name, "our records")
        events.memo[key] = {name: instead for name, instead in out.items() if len(name) > 2}
    return dict(events.memo[key])


def people(snapshot: Snapshot, author: str) -> set[str]:
    """Names of colleagues, whole and in parts; not the contacts', and not of the one who writes."""
    theirs, mine = promises.names(snapshot.state), set(re.findall(r"\w+", author.lower()))
    out = set()
    for entry in snapshot.entries():
        said = [entry.author, *map(str, (entry.content or {}).get("who", []))]
        for name in said:
            parts = [name, *re.findall(r"\w{3,}", name)]
            out |= {part for part in parts if len(part) > 2}
    return {name for name in out if not set(re.findall(r"\w{3,}", name.lower())) & (theirs | mine)}


def problems(
    snapshot: Snapshot, text: str, statements: Iterable[Statement] = (), *, author: str = ""
) -> list[Problem]:
    """Everything in a text that may not go to the customer as it is; empty where nothing is."""
    out = [*_names(snapshot, text, author), *_ids(snapshot, text)]
    known = list(statements)
    for sentence in (part.strip() for part in _SENTENCE.split(text)):
        if sentence:
            out += _time(snapshot, sentence)
            out += _comfort(snapshot, sentence, known)
    return list(dict.fromkeys(out))


def masked(text: str, found: Iterable[Problem]) -> str:
    """The text with every inside name replaced by what to say instead; times and comfort are for people to reword."""
    for problem in sorted((p for p in found if p.sort == "name"), key=lambda p: -len(p.found)):
        text = re.sub(rf"(?<!\w){re.escape(problem.found)}(?!\w)", problem.instead, text)
    return text


def _names(snapshot: Snapshot, text: str, author: str) -> list[Problem]:
    state = snapshot.state
    contacts = promises.names(state)
    notes = [n for n in state.notes if promises.with_customer(state, n, contacts) == "in"]
    heard = " ".join([state.words, state.title, *(str((n.content or {}).get("text", "")) for n in notes)])
    theirs = set(re.findall(r"[\w-]+", heard.lower()))
    out = []
    for name, instead in names(snapshot).items():
        plain = name.isalpha()
        end = r"(?!\w)"
        if plain and (name.lower() in EVERYBODYS or name.lower() in theirs):
            end = _AS_NAME
        more = "s?" if plain and end != _AS_NAME else ""
        found = re.search(rf"(?i)(?<![\w/.-]){re.escape(name)}{more}{end}", text)
        if found:
            out.append(Problem("name", found[0].strip(), "is an inside name", instead))
    for name in sorted(people(snapshot, author), key=len, reverse=True):
        found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
        if found and not any(name in problem.found for problem in out):
            out.append(Problem("name", found[0], "is a colleague's name", "a colleague"))
    for pattern, why, instead in (
        (_URL, "is an inside address", "our system"),
        (_ADDRESS, "is an inside address", "one of our machines"),
        (_FILE, "is a file of ours", "our records"),
        (_VERSION, "is a version of ours", "a version"),
    ):
        for match in pattern.finditer(text):
            if not _DAY.match(match[0]) and not any(match[0] in problem.found for problem in out):
                out.append(Problem("name", match[0], why, instead))
    return out


def _ids(snapshot: Snapshot, text: str) -> list[Problem]:
    """Ids of somebody else, and codes that we have for customers."""
    from investigator.events.entities import written_in
    from investigator.facts.customers import KINDS

    state, out = snapshot.state, []
    items = standing.of(snapshot).items
    for kind, pattern in state.kinds.items():
        for found in written_in(text, pattern):
            if kind in KINDS:
                who = "you" if found in state.about else "another customer"
                out.append(Problem("name", found, "is our code for a customer", who))
            elif found not in state.about and not (found in items and items[found].customer in state.about):
                out.append(
                    Problem(
                        "name", found, f"is a {kind} that nothing here shows to be theirs", f"another {kind}"
                    )
                )
    return out


def _time(snapshot: Snapshot, sentence: str) -> list[Problem]:
    """A time by which something is to be mended, where no started plan reaches it."""
    if not _REPAIR.search(sentence) or not _WILL.search(sentence) or _PAST.search(sentence):
        return []
    said = [m[0] for pattern in (_CLOCK, _SPAN, _VAGUE) for m in pattern.finditer(sentence)]
    out = []
    for words in said:
        if not _backed(snapshot, words):
            instead = "say by when you write next, or start a plan whose steps reach that time"
            out.append(Problem("time", words.strip(), "is a time that nothing backs", instead))
    return out


def _backed(snapshot: Snapshot, words: str) -> bool:
    ends = [plan.expected for plan in snapshot.state.plans.values() if plan.expected is not None]
    if not ends:
        return False
    until = _until(snapshot, words)
    return until is not None and min(ends) <= until


def _until(snapshot: Snapshot, words: str) -> datetime | None:
    span = _SPAN.fullmatch(words.strip())
    if span and (span[1] or "").isdecimal():
        unit = span[2].lower()
        count = int(span[1])
        return snapshot.now + (
            timedelta(days=count)
            if unit.startswith("d")
            else timedelta(hours=count)
            if unit.startswith("h")
            else timedelta(minutes=count)
        )
    try:
        return natural_times.parse(words, zone_name=snapshot.zone, reference=snapshot.now).high
    except MomentError:
        return None


def _comfort(snapshot: Snapshot, sentence: str, statements: list[Statement]) -> list[Problem]:
    """Words of comfort need a check of whereabouts that holds now: for each id named, or for all that are affected."""
    from investigator.events.entities import written_in

    found = COMFORT.search(sentence)
    if not found or _THEIRS.search(sentence):
        return []
    state = snapshot.state
    named = [one for pattern in state.kinds.values() for one in written_in(sentence, pattern)]
    whole = [one for one in named if not _there(one, statements)]
    if named and not whole:
        return []
    if not named and (_all_there(state, statements) or _counted(snapshot, sentence, statements)):
        return []
    which = ", ".join(whole) if whole else "their documents"
    check = (
        f"case.find.whereabouts(entity='{whole[0]}')"
        if whole
        else f"case.find.whereabouts(like='{snapshot.about}')"
    )
    return [
        Problem(
            "comfort",
            found[0],
            f"needs a check that holds now and says where {which} {'is' if len(whole) == 1 else 'are'}",
            f"pin {check}, or leave it out",
        )
    ]


def _there(one: str, statements: list[Statement]) -> bool:
    """Whether a check that holds now says that this one is stored: of its whereabouts, or a count of what is back."""
    return one in _back(statements) or any(
        s.now is not None
        and s.status in HOLD
        and s.then.check is not None
        and s.then.check.analysis == "whereabouts"
        and s.now.verdict == "found"
        and isinstance(s.now.value, dict)
        and s.now.value.get("entity") == one
        and s.now.value.get("disposition") in ("hidden", "available")
        for s in statements
    )


#: Where a thing is that nobody has to worry about; a soft delete is not among them, for it may be swept away.
STORED = ("delivered", "available", "hidden by index", "hidden by permission", "hidden by tenant")


def _all_there(state: State, statements: list[Statement]) -> bool:
    """Whether a census that holds now has every one of theirs stored; of all, where the case names no customer."""
    for s in statements:
        check, value = s.then.check, s.now.value if s.now is not None else None
        if (
            s.status not in HOLD
            or check is None
            or check.analysis != "whereabouts"
            or not isinstance(value, dict)
        ):
            continue
        if s.now is None or s.now.verdict != "found" or not value.get("dispositions"):
            continue
        theirs = [c["dispositions"] for c in value.get("by_customer", []) if c["customer"] in state.about]
        if all(
            name in STORED
            for one in theirs or [value["dispositions"]]
            for name, count in one.items()
            if count
        ):
            return True
    return False


def _back(statements: list[Statement]) -> set[str]:
    """The ids that a count from another source has seen to be back, where it holds now."""
    out: set[str] = set()
    for s in statements:
        check, value = s.then.check, s.now.value if s.now is not None else None
        if s.status in HOLD and check is not None and check.analysis == "recount" and isinstance(value, dict):
            out |= {str(one) for one, back in value.get("items", {}).items() if back}
    return out


def _counted(snapshot: Snapshot, sentence: str, statements: list[Statement]) -> bool:
    """Whether a count backs what a sentence says of theirs: all of them, or exactly the number that it names."""
    back = _back(statements)
    theirs = {
        item.id for item in standing.of(snapshot).items.values() if item.customer in snapshot.state.about
    }
    if not back or not theirs:
        return False
    said = re.search(r"(?i)(?<![\w-])(\d[\d,]*) of your\b", sentence)
    if said:
        return int(said[1].replace(",", "")) == len(theirs & back)
    return theirs <= back


def unbacked(state: State, text: str) -> str:
    """For what was said already: its words of comfort that no pinned check of whereabouts backs; empty where all is well.

    It looks at the record alone, so that a line from a terminal stays quick; drafts are held against the evidence.
    """
    pinned = [(entry.content or {}).get("finding") or {} for entry in state.pins]
    known: set[str] = set()
    whole = False
    for finding in pinned:
        value = finding.get("value")
        if not isinstance(value, dict) or (finding.get("check") or {}).get("analysis") not in (
            "whereabouts",
            "recount",
        ):
            continue
        if value.get("disposition") in ("hidden", "available"):
            known.add(str(value.get("entity")))
        if isinstance(value.get("items"), dict):
            known |= {one for one, back in value["items"].items() if back}
        whole = whole or bool(value.get("dispositions")) or isinstance(value.get("items"), dict)
    for sentence in _SENTENCE.split(text):
        found = COMFORT.search(sentence)
        if not found or _THEIRS.search(sentence):
            continue
        from investigator.events.entities import written_in

        ids = [one for pattern in state.kinds.values() for one in written_in(sentence, pattern)]
        if (ids and not set(ids) <= known) or (not ids and not whole):
            return found[0]
    return ""
