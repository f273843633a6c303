"""What is said about a thing: whether its content is there, and whether it can be found.

The vocabulary of platforms in general, for messages, requests and columns of records. What two analyses read out of
the same words lives here.
"""

from __future__ import annotations

import re

#: A column of so many different cells tells nothing by its words.
CELLS_AT_MOST = 500

#: says, whether the content is there, whether it can be found.
Says = tuple[str, bool | None, bool | None]

#: What a word says about a thing: its content is there (or not), and it can be found (or not). None: nothing on it.
#: Words are those of platforms in general; the last one of a message counts ("status: received -> stored").
WORDS: tuple[tuple[str, str, bool | None, bool | None], ...] = (
    # says, words, content, shown
    ("received", r"received|uploaded|accepted|created|insert(?:ed)?|ingested|imported|upload .{0,40}complete[d]?", True, None),
    ("stored", r"stored|saved|persisted|committed|replicated|archived|backed up|written|filed", True, None),
    ("restored", r"restored|undeleted|recovered|reinstated", True, None),
    ("deleted", r"deleted?|purged?|removed?|expired|erased?|destroyed|wiped|dropped|shredded|gel(?:ö|oe)scht"
     r"|vernichtet|supprim[ée]e?s?|eliminad[oa]s?|borrad[oa]s?|eliminat[oaie]|apagad[oa]s?|exclu[ií]d[oa]s?|verwijderd", False, False),
    ("emptied", r"emptied|hollowed out", False, None),
    ("soft-deleted", r"soft-?deleted|trashed|moved to trash|tombstoned|deactivated|withdrawn|unpublished|unlisted", None, False),
    ("delivered", r"delivered|transmitted|handed over", None, True),
    ("indexed", r"indexed|reindexed|published|visible|available|searchable|listed|released", None, True),
    ("not indexed", r"skipped|skipping|quarantined|rejected|ignored|filtered|blocked|suppressed|unsupported|hidden|parked"
     r"|dead-?letter(?:ed)?|pending|on hold|deferred|stuck", None, False),
    ("no permission", r"forbidden|(?:permissions?|access|rights?|grants?) (?:was |were )?(?:denied|revoked|removed|withdrawn|taken away)|not permitted|unauthori[sz]ed|no permission", None, False),
    ("wrong tenant", r"(?:wrong|other|unknown|foreign) tenant|tenant mismatch|cross-tenant", None, False),
    ("not found", r"not found|no hits|0 hits|no results|0 results|no such|missing|unknown id|nicht gefunden"
     r"|introuvables?|no encontrad[oa]s?|non trovat[oaie]|não encontrad[oa]s?|niet gevonden", None, False),
    ("found", r"[1-9][0-9]* (?:hits?|results?)", None, True),
)  # fmt: skip

#: Columns of a record that say where it is. A time in one of these is as good as the word.
COLUMNS: tuple[tuple[str, str, bool | None, bool | None], ...] = (
    # says, column name, content and shown when it is filled
    ("soft-deleted", r"(?:soft_?)?(?:deleted|removed|trashed|archived_out|withdrawn|unpublished)(?:_at|_on|_time)?|is_deleted", None, False),
    ("purged", r"(?:purged|erased|destroyed|expired)(?:_at|_on|_time)?", False, False),
    ("stored", r"last_?modified(?:_at)?|object_?key|storage_?class", True, None),
    ("stored", r"(?:stored|saved|created|inserted|uploaded|received|ingested)(?:_at|_on|_time)?", True, None),
    ("indexed", r"(?:indexed|published|visible|released)(?:_at|_on|_time)?|is_(?:indexed|visible|published)", None, True),
)  # fmt: skip
STATES = re.compile(
    r"(?i)^(?:.*[_. -])?(?:state|status|stage|phase|disposition|zustand|[ée]tat|statut|estado|situaci[oó]n|stato|situa[cç][aã]o"
    r"|toestand|tilstand|tillstånd|tila|stan|stav|állapot|durum|состояние|статус)$"
)
EMPTY = {"", "null", "none", "nan", "nat", "0", "false", "no", "f", "-"}

#: Words before a statement that turn it round or take it away.
NEGATED = re.compile(
    r"(?i)(?:\b(?:not|never|no longer|without|cannot|failed to|unable to|nicht|nie|pas|no|non|não|niet)|n['\N{RIGHT SINGLE QUOTATION MARK}]t)\s+(?:(?:yet|been|be)\s+)*$"
)
INTENDED = re.compile(
    r"(?i)\b(?:will|would|shall|may|can|to|should|must|due|scheduled|going|wird|werden|soll(?:en)?|sera|será|sarà|zal|wordt)\s+(?:to\s+)?(?:be\s+)?(?:for\s+)?$|\bis being\s+$"
)
#: What is taken from a queue or a cache is not deleted.
PASSING = re.compile(
    r"(?i)^\W*(?:\S+\s+){0,3}?(?:from|off)\s+(?:the\s+)?(?:\w+[ _-])?(?:queue|cache|buffer|retry\w*|work\s?list|temp\w*)\b"
)
FROM_INDEX = re.compile(
    r"(?i)^\W*(?:\S+\s+){0,3}?from\s+(?:the\s+)?(?:\w+[ _-])?(?:index|search|catalogue|listing)\b"
)
#: A key that holds the status of a request.
STATUS = re.compile(r"(?i)(?:^|[._])status(?:_?code)?$|response\.code$")
#: A word behind one of these names the new state of a row, which is still there.
AS_STATE = re.compile(
    r"(?i)(?:->|=>|\b(?:status|state|disposition)\s*[:=]|\bmarked(?:\s+\S+){0,3}?(?:\s+as)?)\s*$"
)
#: What expires or is removed here is not the thing.
OF_ANOTHER = re.compile(
    r"(?i)\b(?:certificates?|credentials?|tokens?|sessions?|passwords?|keys?|leases?|licen[sc]es?|locks?|links?|cache(?:d)?"
    r"|cookies?|grants?|timers?|deadline)\b[^.;,]{0,24}$"
    r"|\b(?:visibility|time-?outs?|ttl|windows?|periods?|terms?|holds?|reservations?|heartbeats?|embargo(?:es)?)\s+(?:[a-z]+\s+)?$"
)
#: A field of a message that says whether anybody can see the thing, and that nobody can.
UNSEEN = re.compile(
    r"(?i)(?:^|[\s,;|{(])[\w.-]*(?:visible|visibility|sichtbar|zichtbaar|synlig|widoczn\w*|vis[ií]ve[lr]|visibile|searchable|listed|published)\"?\s?[=:]\s?\"?"
    r"(?:false|no|nein|non|nee|nej|nie|não|off|none|hidden|0|f|n)\b(?![.-])"
)
#: A thing was not taken; what is said of anything behind that is why.
REFUSED = re.compile(
    r"(?i)(?<![\w-])(?:refused|declined|rejected|turned (?:away|down)|not accepted|abgelehnt|zurückgewiesen|refusée?s?|rejetée?s?|rechazad[oa]s?"
    r"|denegad[oa]s?|recusad[oa]s?|indeferid[oa]s?|rifiutat[oaie]|respint[oaie]|geweigerd|afgewezen|avvisad\w?|avslått|afvist|odrzucon\w+|hylätty)(?![\w-])"
)
#: What belongs to a thing is not the thing: `removed pages of LOAN-7`, `attachments of LOAN-7 purged`; its row is.
_NO_PART = (
    r"(?!(?:rows?|records?|entry|entries|cop(?:y|ies)|objects?|instances?|kind|type|sort|behalf|because|order|out|instead|ahead|access"
    r"|rights?|permissions?|connections?|locks?|from|off|on|by|for|at|to|in|with|as|due)\b)"
)
_OF = rf"(?:(?:the|all|any|its|every|both|\d+)\s+){{0,2}}(?:{_NO_PART}[a-z-]+\s+)?{_NO_PART}[a-z-]{{3,}}\s+of\s+"
_THING = r"(?:[a-z]+\s+)?\S*\d\S*"
PART_BEHIND = re.compile(rf"(?i)^\s+{_OF}{_THING}")
PART_BEFORE = re.compile(
    rf"(?i)(?:^|[\s\"'(:]){_OF}{_THING}\s+(?:(?:was|were|is|are|has|have|been|being|got)\s+){{0,2}}$"
)
#: A word that is the value of a key says something of the thing where the key is one of these; `by=purge` says who.
KEY = re.compile(r"([\w.]+)\s*=\s*[\"']?$")
TELLING_KEY = re.compile(
    r"(?i)(?:^|[._])(?:action|operation|op|verb|event|status|state|stage|phase|disposition|result|outcome|change|type|msg|message|reason)$"
)
#: Columns that say who may see a thing; empty means nobody.
READERS = re.compile(
    r"(?i)^(?:.*[._])?(?:readers?|viewers?|grantees?|permissions?|acl|shared_with|visible_to)$"
)
SIZE = re.compile(r"(?i)^(?:.*[._])?(?:size|bytes|length|len|pages|rows|count)$")
NOBODY = frozenset({"", "null", "none", "nan", "nobody", "[]", "{}", "-", "()"})
REQUEST = re.compile(r"^(GET|HEAD|PUT|POST|DELETE|PATCH) (\S+)")

_COMPILED = tuple(
    (says, re.compile(rf"(?i)(?<![\w-])(?:{words})(?![\w-])"), content, shown)
    for says, words, content, shown in WORDS
)
_COLUMNS = tuple(
    (says, re.compile(rf"(?i)^(?:{name})$"), content, shown) for says, name, content, shown in COLUMNS
)


def of_text(text: str, *, record: bool = False) -> Says | None:
    """What the last telling word of a message says: (says, content, shown)."""
    best: tuple[int, int, str, bool | None, bool | None] | None = None
    for says, pattern, content, shown in _COMPILED:
        for match in pattern.finditer(text[:2_000]):
            before, behind = (
                text[max(0, match.start() - 24) : match.start()],
                text[match.end() : match.end() + 60],
            )
            key = KEY.search(before)
            # "failed to be indexed" is denied, not intended.
            denied = NEGATED.search(before)
            if (INTENDED.search(before) and not denied) or (key and not TELLING_KEY.search(key[1])):
                continue
            told: tuple[int, int, str, bool | None, bool | None]
            if denied:
                if not shown:
                    continue
                told = (match.start(), match.end(), f"not {says}", None, False)
            elif (says == "deleted" and REFUSED.search(text[: match.start()])) or (
                says == "deleted" and (PASSING.match(behind) or OF_ANOTHER.search(text[: match.start()]))
            ):
                continue
            elif says == "deleted" and AS_STATE.search(text[: match.start()]):
                told = (match.start(), match.end(), "soft-deleted", None, False)
            elif says == "deleted" and FROM_INDEX.match(behind):
                told = (match.start(), match.end(), "removed from the index", None, False)
            elif says == "deleted" and (
                PART_BEHIND.match(behind) or PART_BEFORE.search(text[: match.start()])
            ):
                told = (match.start(), match.end(), "emptied", False, None)
            elif says == "deleted" and record:
                # A row that is still there and says it is deleted: its content may well be too.
                told = (match.start(), match.end(), "soft-deleted", None, False)
            else:
                told = (match.start(), match.end(), says, content, shown)
            # Of two that end at one place the later group has the longer words: "access removed", and not "removed".
            if best is None or told[1] >= best[1]:
                best = told
    if UNSEEN.search(text[:2_000]):
        return "not visible", None, False
    return best[2:] if best else None


def of_cell(name: str, cell: str) -> Says | None:
    """What a column of a record says by its name and cell: a state by its word, a filled time by being there."""
    filled = cell.strip().lower() not in EMPTY
    if READERS.match(name):
        return ("no permission", None, False) if cell.strip().lower() in NOBODY else None
    if STATES.match(name) and filled:
        return of_text(cell.replace("_", " "), record=True)
    for says, pattern, content, shown in _COLUMNS:
        if pattern.match(name.rpartition(".")[2]) and filled:
            return says, content, shown
    return None


def is_empty(name: str, cell: str) -> bool:
    """Whether a column says that a thing has no content: a size of nothing."""
    return SIZE.match(name) is not None and cell.strip() in ("0", "0.0")


def is_of(path: str, entity: str) -> bool:
    """Whether a path is that of the thing itself: its end, or the name of the file that it is."""
    bare = path.partition("?")[0].rstrip("/").lower()
    names = (bare, bare.rpartition(".")[0]) if re.search(r"\.[a-z]\w{1,4}$", bare) else (bare,)
    own = entity.lower()
    return any(name == own or name.endswith(f"/{own}") for name in names)


def of_status(method: str, status: str) -> Says | None:
    """What the answer to a request for the thing itself says."""
    good, absent = status.startswith("2"), status in ("404", "410")
    if method in ("PUT", "POST", "PATCH"):
        return ("received", True, None) if good else None
    if method == "DELETE":
        return ("deleted", False, False) if good else None
    if good:
        return "served", True, True
    if status in ("401", "403"):
        return "no permission", None, False
    return ("not found", None, False) if absent else None
