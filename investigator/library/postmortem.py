"""A postmortem that people wrote elsewhere becomes an incident: what its headings, labels, lists and sentences say.

No two teams name their sections alike, so a heading is told by its words ("Root Cause Analysis", "What didn't go so
well?"), one below another belongs to it, and what stands before the first is the summary. What no rule can place is
kept as it is. Where title and name of the file disagree on the day, that is a doubt, and is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import PurePath

from investigator import headings
from investigator.errors import DataError
from investigator.events import mask
from investigator.library import kinds
from investigator.library.document import Document
from investigator.library.incident import Action, Incident
from investigator.look import shown_name

#: What a heading's words say its section is, the first that fits.
_SECTIONS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?i)\b(?:{words})"))
    for name, words in (
        ("timeline", r"time ?line|chronolog|sequence of events|schedule of events"),
        ("actions", r"action|follow[- ]?up|remediat|corrective|preventa?tive|prevention|next steps|to-?do|improvement|future work|how (?:do|will|can) we prevent"),
        ("good", r"(?:what )?went well|what worked|got lucky|lucky"),
        ("factors", r"contribut|factor|went wrong|(?:did ?n.t|did not|could have|could be) g[oe]|poorly|could have gone|(?:why )?it was ?n.t caught|what went badly|lessons?|learn|insights|takeaway|discussion"),
        ("detection", r"detect|noticed|discover"),
        ("causes", r"root|cause|why|trigger|fault|analysis|technical problem|what broke|background"),
        ("symptoms", r"symptom|impact|effect|customer|user|affected|harm|concern"),
        ("resolution", r"resol|recover|mitigat|fix|workaround|restor"),
        ("summary", r"summary|overview|abstract|what happened|description|synopsis|tl;?dr|executive|outage|incident|problem|issue|postmortem|post-mortem"),
        ("people", r"involved|participants|attendees|authors?|owner|responders|related|references|links|dates?\b|appendix|glossary|status|severity"),
    )
)  # fmt: skip
_ATX = re.compile(r"^\s{0,3}(#{1,6})\s+(.+?)\s*#*\s*$")
_UNDER = re.compile(r"^(=+|-+|~+)\s*$")
_BOLD = re.compile(r"^\s*(?:\*\*|__)([^*_]{2,80})(?:\*\*|__):?\s*$")
_LABEL = re.compile(
    r"^\s*(?:[-*+]\s+)?(?:\*\*|__)?([A-Z][A-Za-z'’/ -]{2,40}?)(?:\*\*|__)?\s?:(?:\*\*|__)?\s+(?=\S)(.+)$"
)
_ITEM = re.compile(r"^(\s*)(?:[-*+•]|\d{1,3}[.)])\s+(.*)$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_FRONT = re.compile(r"^(?P<mark>\+\+\+|---)\n(?P<told>.{0,20000}?)\n(?P=mark)(?:\n|$)", re.S)
_TOLD = re.compile(r'(?m)^(\w+)\s*[=:]\s*"?([^"\n]+?)"?\s*$')
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\s?(?:\([^()\s]{0,2000}\)|\[[^\[\]]{0,100}\])")
_REFERENCE = re.compile(r"^\[[^\]]{1,100}\]:\s+\S+")
_URL = re.compile(r"<?https?://[^\s<>()\]]+>?")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>|<!--.{0,4000}?-->", re.S)
_DATE = re.compile(r"(?<![\d/-])((?:19|20)\d\d)[-/.](\d\d)[-/.](\d\d)(?!\d)")
_MONTH = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WORDED = re.compile(
    r"(?i)\b(?:(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?(?:\s*-\s*\d{1,2},?)?\s+((?:19|20)\d\d)"
    r"|(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,?\s+((?:19|20)\d\d))\b"
)
#: What a template asks for.
_ASKS = re.compile(
    r"\?\s*$|^[<\[{(][^\]>})]*[>\]})]|\bYYYY\b|\bHH:MM\b|\bXX?:XX\b|\bTBD\b|\blorem ipsum\b"
    r"|^(?:List|Describe|Add|Include|Insert|Write|Explain|Give|Provide|What|How|Why|Who|When|Where|Fill|Enter|Replace|Please|Briefly|Brief|A (?:brief|short|list|description)|Use|Short|Some|Links?|Name|Document|Summari[sz]e)\b"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'“`])|\n+")
_FAULTY = re.compile(
    r"(?i)error|fail|exception|refused|denied|forbidden|exceeded|time[d ]*out|unable|cannot|can't|could ?n[o']t|not found|no such"
    r"|no space|warning|panic|fatal|unavailable|invalid|too (?:large|many|long)|is not a|read-only|unreachable|abort|violation"
)
_QUOTED = re.compile(r"`([^`\n]{8,200})`|[“\"]([^“”\"\n]{8,200})[”\"]")
_STAMP = re.compile(r"^(?:[\[(]?[#\d][\w#:.,/+-]*[\])]?\s*){1,4}")
_NAMED = re.compile(r"`([a-zA-Z][\w.-]{2,40})`")
_DONE = re.compile(r"✅|☑|\[[xX]\]|\((?:done|completed?|fixed|shipped)\)", re.I)
_OPEN = re.compile(r"\[ \]|☐|\((?:open|to ?do|in progress|pending)\)", re.I)
_OWNER = re.compile(r"(?i)\bowner:?\s*(@?[\w.-]{2,40}(?: [A-Z][\w-]{1,30})?)")
_DUE = re.compile(r"(?i)\b(?:due|by|until):?\s*((?:19|20)\d\d-\d\d-\d\d)")

_UNIT = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?)"
_AMOUNT = (
    rf"(?:\d{{1,4}}(?:\.\d{{1,2}})?(?:\s?(?:-|to)\s?\d{{1,4}})?[\s-]?(?:{_UNIT}|[hm](?![a-z]))"
    rf"|(?:an?|half an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[\s-]{_UNIT})(?![a-z])"
)
_LENGTH = re.compile(
    r"(?i)(?:(\d{1,4}(?:\.\d{1,2})?)(?:\s?(?:-|to)\s?(\d{1,4}))?|\b([a-z]{1,6}(?: an)?))[\s-]?(seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|[hm])(?![a-z])"
)
_LASTED = re.compile(
    r"(?i)(?:\b(?:last(?:ed|ing)|duration|down for|outage (?:of|for)|unavailable for|for an estimated time of|caused)\b"
    r"[^.;\n]{0,40}?|\bfor (?:approximately |about |around |roughly |nearly |almost |over |some )?)"
    rf"(~?{_AMOUNT}(?:,?\s?(?:and\s)?{_AMOUNT})?)(?P<after>[^.;\n]{{0,40}})"
)
_WORD_NUMBERS = {
    w: n for n, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
} | {"a": 1, "an": 1, "half an": 0.5}
#: A timeline longer than this tells of the repair, not of the incident.
TIMELINE_AT_MOST = 3 * 24 * 60

_OUTSIDE = r"(?:users?|customers?|clients?|students?|patients?|passengers?|community members?|researchers?|support (?:engineers?|tickets?|team)|tickets?|subscribers?|visitors?|third part(?:y|ies)|partners?)"
_DETECTED: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "customer",
        re.compile(
            rf"(?i)\b(?:an?other |an? |the |our |many |several |some |affected )?{_OUTSIDE}\b[^.\n]{{0,50}}\b(?:report|notic|complain|contact|reach(?:ed)? out|told|informed|discovered|posts?\b|alerted|submitted|provided|raised)"
            rf"|\b(?:reported|raised|noticed|detected|discovered|pointed out)\b[^.\n]{{0,40}}\b(?:by|through|via|from)\b[^.\n]{{0,30}}{_OUTSIDE}"
            r"|\b(?:received|incoming|got|had) (?:an? |several |many |the first )?(?:customer |user |bug |abuse )?(?:reports?|complaints?|tickets?)\b|\b(?:bug|issue) report was (?:created|opened|filed)|\bissues?/?\S{0,40} (?:is|was) opened\b"
            r"|\breported \W{0,3}(?:stuck|that|problems?|errors?|outage)"
        ),
    ),
    (
        "monitor",
        re.compile(
            r"(?i)\b(?:alerts? (?:fired|came|went off|triggered|arrived)|(?:saw|got|received|noticed) (?:an? |the )?(?:\w+ ){0,3}(?:alerts?|alarms?|pages?|warnings?)\b|(?:got|was|were) paged"
            r"|monitoring\b[^.\n]{0,40}\b(?:detected|noticed|caught|alerted|showed)|detected by (?:our )?(?:monitor|alert|automat)"
            r"|(?:uptime|health)[ -]?checks?\b[^.\n]{0,40}\b(?:fail|is failing)|(?:sends?|sent|automated) (?:\w+ ){0,2}(?:alerts?|e-?mails?)\b|alarms? (?:fired|went off)|\bci\b[^.\n]{0,30}errored|pager went)"
        ),
    ),
    (
        "staff",
        re.compile(
            r"(?i)\b(?:we|i|team|engineers?|developers?|operators?|on-call|somebody|colleagues?|staff|technician|member)\b[^.\n]{0,60}\b(?:noticed?|realiz|realis|observed?|saw|discovered|found|looked at|spotted|became aware)"
            r"|\b(?:is|was|are|were) noticed\b|\bnoticed via\b|\brealization\b|\bnotice that\b"
        ),
    ),
)
_NOT = re.compile(
    r"(?i)\b(?:not?|nobody|never|without|rather than|instead of|lack|lacked|should|would|could|need|add|set ?up|improve|more|implement)\b[^.\n]{0,40}$"
)


@dataclass
class Block:
    """A piece of a document: what it is (heading, text, item, row, code), its words, and in which section."""

    kind: str
    text: str
    level: int = 0
    section: str = ""
    under: str = ""  # the heading above
    lines: tuple[str, ...] = ()  # as they were written, where they are more than one


@dataclass
class _Reading:
    blocks: list[Block] = field(default_factory=list)
    front: dict[str, str] = field(default_factory=dict)


def incident(document: Document) -> Incident:
    """The incident that a document tells of. Raises DataError where it tells of none: an empty template, a licence."""
    reading = _read(document.text)
    blocks = reading.blocks
    title, named_by_name = _title(reading, document.name)
    by = _sections(blocks)
    said = [block for block in blocks if block.kind in ("text", "item", "row") and not _is_blank(block.text)]
    asking = sum(bool(_ASKS.search(block.text)) for block in said if block.section != "actions")
    if sum(len(block.text) for block in said) < 40 or asking * 2 > len(said):
        raise DataError(
            f"{shown_name(document.name)} tells of no incident: under its headings are almost no words, or only what "
            "should stand there.",
            "It may be an empty template.",
            "Fill it in, then add it.",
        )
    day, doubts = _day(title, document.name, reading, "\n".join(block.text for block in said))
    whole = "\n".join(block.text for block in said)
    detected, sentence = _detected(by, said)
    minutes, minutes_from = _minutes(by, said, document.text)
    actions = _actions(blocks)
    telling = "\n".join(
        (title, *by["summary"], *by["symptoms"], *by["causes"], *by["factors"], *by["detection"])
    )
    broke = tuple(
        dict.fromkeys(
            (
                *kinds.told("step", faulty(telling)),
                *kinds.told("break", telling),
                *kinds.told("change", telling),
            )
        )
    )
    factors = tuple(by["factors"])
    return Incident(
        id="",
        title=title,
        kind="postmortem",
        date=day,
        symptoms=tuple(by["symptoms"]),
        summary=tuple(by["summary"]),
        causes=tuple(by["causes"]),
        factors=factors,
        services=_services(title, blocks, whole),
        messages=_messages(blocks),
        broke=broke,
        detected=detected,
        detected_in=sentence,
        minutes=minutes,
        minutes_from=minutes_from,
        actions=actions,
        resolution=tuple(by["resolution"]),
        rest=(*by["timeline"], *by["detection"], *by["good"], *by["people"]),
        doubts=(*doubts, *(["the title is the name of the file"] if named_by_name else [])),
        source=document.name,
        sha256=document.sha256,
    )


def faulty(text: str) -> str:
    """The sentences of a text that speak of a fault."""
    return "\n".join(sentence for sentence in _SENTENCE.split(text) if _FAULTY.search(sentence))


def _read(text: str) -> _Reading:
    out = _Reading()
    front = _FRONT.match(text)
    if front:
        out.front = {key.lower(): value for key, value in _TOLD.findall(front["told"])}
        text = text[front.end() :]
    text = _TAG.sub(" ", text)
    fenced = False
    lines = text.split("\n")
    words: list[str] = []

    def close() -> None:
        if words:
            lines = tuple(_plain(line) for line in words) if len(words) > 1 else ()
            out.blocks.append(Block("text", _plain(" ".join(words)), lines=lines))
            words.clear()

    for number, line in enumerate(lines):
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if _FENCE.match(line):
            close()
            fenced = not fenced
            continue
        if fenced:
            out.blocks.append(Block("code", line.strip()))
            continue
        if not line.strip():
            close()
            continue
        if _REFERENCE.match(line) or re.fullmatch(r"\s*\|?[\s:|=~-]+\|?\s*", line):
            continue
        heading = _heading(
            line, after, alone=not words and (not after.strip() or bool(re.match(r"[A-Z\d*+-]", after)))
        )
        if heading:
            close()
            out.blocks.append(Block("heading", _plain(heading[1]), heading[0]))
            continue
        label = _LABEL.match(line)
        if label and section(label[1]) and len(label[1].split()) <= 4:
            close()
            out.blocks.append(Block("heading", _plain(label[1]), 7))
            words.append(label[2].strip())
            continue
        item = _ITEM.match(line)
        if item:
            close()
            out.blocks.append(Block("item", _plain(item[2])))
        elif line.startswith("    ") and (
            not out.blocks or out.blocks[-1].kind == "code" or _FAULTY.search(line)
        ):
            close()
            out.blocks.append(Block("code", line.strip()))
        elif line.lstrip().startswith("|"):
            close()
            cells = [_plain(cell) for cell in line.strip().strip("|").split("|")]
            if len(cells) == 2 and section(cells[0]) and len(cells[0].split()) <= 4 and len(cells[1]) > 20:
                out.blocks.append(Block("heading", cells[0], 7))
                out.blocks.append(Block("text", cells[1]))
            else:
                out.blocks.append(Block("row", " | ".join(cell for cell in cells if cell)))
        elif not words and out.blocks and out.blocks[-1].kind == "item" and line.startswith((" ", "\t")):
            out.blocks[-1].text = f"{out.blocks[-1].text} {_plain(line.strip())}".strip()
        else:
            words.append(line.strip().lstrip("> "))
    close()
    return out


def _heading(line: str, after: str, *, alone: bool) -> tuple[int, str] | None:
    """Level and words, where a line is a heading: marked, underlined, bold alone, or short, alone and known."""
    marked = _ATX.match(line)
    if marked:
        return len(marked[1]), marked[2]
    words = line.strip()
    if (
        _UNDER.match(after)
        and len(after.strip()) >= 3
        and len(words) < 100
        and not words.startswith(("|", "-"))
    ):
        return (1 if after.startswith("=") else 2), words
    bold = _BOLD.match(line)
    if bold:
        return 5, bold[1]
    short = re.sub(r"^(?:\d{1,2}(?:\.\d{1,2})*[.)]?\s+)", "", words).rstrip(":")
    if (
        len(short) <= 48
        and len(short.split()) <= 6
        and not short.endswith((".", ",", ";"))
        and not re.search(r"[|:]", short)
    ):
        known = section(short)
        if known and (short.isupper() or alone or words.endswith(":")) and short[:1].isupper():
            if not _ITEM.match(line) or re.match(r"\s*\d", line):
                return 4, short
    return None


def section(heading: str) -> str:
    """What a heading says its section is; empty where it says nothing that is known."""
    return next((name for name, words in _SECTIONS if words.search(heading)), "")


def _sections(blocks: list[Block]) -> dict[str, list[str]]:
    """The texts of each section. A heading that says nothing belongs to the one above it that does."""
    out: dict[str, list[str]] = {name: [] for name, _ in _SECTIONS}
    above: list[tuple[int, str]] = []
    under = ""
    first = True
    for block in blocks:
        if block.kind == "heading":
            under = block.text
            while above and above[-1][0] >= block.level:
                above.pop()
            known = section(block.text)
            parent = above[-1][1] if above else ""
            # Below a timeline every heading is a time; below actions every heading is a team.
            if parent == "timeline" and known in ("summary", "symptoms", "causes", "resolution", "detection"):
                known = ""
            if not (first and block.level == 1):
                above.append((block.level, known or parent or "summary"))
            else:
                above.append((block.level, ""))
            first = False
            continue
        block.section = (above[-1][1] if above else "") or "summary"
        block.under = under
        if block.kind != "code" and block.text and not _is_blank(block.text):
            if block.section != "actions":
                out[block.section].append(block.text)
    return out


def _is_blank(text: str) -> bool:
    """What a template asks for, rather than what somebody answered."""
    return not re.search(r"[^\W\d_]{2}", text) or bool(
        re.fullmatch(r"[<\[{(].{0,200}[>\]})]|(?:TBD|TODO|N/?A|None)\.?", text)
    )


def _plain(text: str) -> str:
    """Words without links, markup and images."""
    text = _LINK.sub(lambda match: match[1], text)
    text = _URL.sub("", text)
    text = re.sub(r"\*\*|(?<!\w)__|__(?!\w)", "", text)
    return re.sub(r"\s+", " ", text).strip(" *")


def _title(reading: _Reading, name: str) -> tuple[str, bool]:
    """The title, and whether it had to be the name of the file."""
    told = reading.front.get("title", "")
    if told:
        return _plain(told)[:200], False
    for block in reading.blocks[:8]:
        if block.kind == "heading" and block.level <= 2:
            words = block.text
            if not section(words) or len(words.split()) >= 4 or _DATE.search(words):
                return words[:200], False
            break
    first = reading.blocks[0] if reading.blocks else None
    if first is not None and first.kind == "text" and len(first.text) <= 100 and not first.text.endswith("."):
        return first.text, False
    stem = PurePath(name).stem
    return (re.sub(r"[-_]+", " ", _DATE.sub("", stem.replace("_", "-"))).strip() or stem)[:200], True


def _dates(text: str) -> list[str]:
    out: list[tuple[int, str]] = []
    for match in _DATE.finditer(text):
        out.append((match.start(), _iso(match[1], match[2], match[3])))
    for match in _WORDED.finditer(text):
        year, month, day = (
            (match[3], match[1], match[2]) if match[3] else (match[6], match[5], match[4])
        )  # fmt: skip
        out.append((match.start(), _iso(year, str(_MONTH.index(month.lower()) + 1), day)))
    return [told for _, told in sorted(out) if told]


def without_dates(text: str) -> str:
    """A text without the days it names."""
    return _WORDED.sub(" ", _DATE.sub(" ", text))


def _iso(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _day(title: str, name: str, reading: _Reading, body: str) -> tuple[str, list[str]]:
    """The day of the incident: the title's, the file's, what a label says, else the first in the text; and doubts."""
    in_title = (_dates(title) or [""])[0]
    stem = PurePath(name).stem
    in_name = (_dates(re.sub(r"(\d{4})[_.](\d\d)[_.](\d\d)", r"\1-\2-\3", stem)) or [""])[0]
    if in_title and in_name and in_title != in_name:
        told = set(_dates(body)) | {
            one
            for b in reading.blocks
            if b.kind == "heading"
            for one in _dates(b.text)[:1]
            if b.text != title
        }
        chosen = in_name if in_name in told and in_title not in told else in_title
        return chosen, [f"the title says {in_title}, the name of the file {in_name}"]
    in_front = (_dates(reading.front.get("date", "")) or [""])[0]
    return in_title or in_name or in_front or (_dates(body) or [""])[0], []


def _detected(by: dict[str, list[str]], said: list[Block]) -> tuple[str, str]:
    """Who noticed first, and the sentence that says so; empty where none does."""
    for texts in (by["detection"], by["summary"], by["timeline"], by["symptoms"], by["factors"]):
        for text in texts:
            for sentence in _SENTENCE.split(text):
                found = []
                for who, pattern in _DETECTED:
                    match = pattern.search(sentence)
                    if match and not _NOT.search(sentence[: match.start()]):
                        found.append((match.start(), who))
                # Somebody who sees an alert was told by it.
                found = [one for one in found if one[1] != "staff"] or found
                if found:
                    return min(found)[1], sentence.strip()[:300]
    return "", ""


def _minutes(by: dict[str, list[str]], said: list[Block], text: str) -> tuple[int | None, str]:
    """How long it lasted, in minutes, where a sentence says so; else from the first to the last time of the timeline."""
    for texts in (by["summary"], by["symptoms"], by["causes"], by["timeline"]):
        for one in texts:
            match = _LASTED.search(one)
            if match and not re.match(r"\s*(?:ago|later|earlier|old|timeout)", match["after"]):
                minutes = _length(match[1])
                if minutes:
                    return round(minutes), "said"
    times = [
        heading.when
        for heading in headings.headings(text, reference=datetime(2000, 1, 1, tzinfo=UTC))
        if (heading.when.high - heading.when.low).total_seconds() < 7200
    ]
    if len(times) >= 3:
        lasted = (max(one.low for one in times) - min(one.low for one in times)).total_seconds() / 60
        if 1 <= lasted <= TIMELINE_AT_MOST:
            return round(lasted), "timeline"
    return None, ""


def _length(words: str) -> float:
    """Minutes in "1 hour and 48 minutes", "10-15 minutes" (the longer), "nine hours"."""
    total = 0.0
    for low, high, word, unit in _LENGTH.findall(words):
        value = _WORD_NUMBERS.get(word.lower()) if word else float(high or low)
        total += (value or 0) * {"s": 1 / 60, "m": 1, "h": 60, "d": 1440}[unit[0].lower()]
    return total


def _actions(blocks: list[Block]) -> tuple[Action, ...]:
    """What was to be done: the items of its section, else its paragraphs; done where a box, a mark or a heading says so."""
    within = [block for block in blocks if block.section == "actions" and block.kind != "code"]
    items = [block for block in within if block.kind in ("item", "row")]
    out = []
    for block, text in ((one, text) for one in items or within for text in _points(one)):
        if _is_blank(_OPEN.sub("", text)):
            continue
        done = (
            True
            if _DONE.search(text)
            or _DONE.search(block.under)
            or re.search(r"(?i)\bthis has been done\b", text)
            else False
            if _OPEN.search(text)
            else None
        )
        owner, due = _OWNER.search(text), _DUE.search(text)
        text = re.sub(r"(?i)\(\s*(?:owner|due|assigned)\b[^()]{0,200}\)", "", text)
        words = _OWNER.sub("", _OPEN.sub("", _DONE.sub("", text)))
        words = re.sub(
            r"[\s([]+(?:link(?: to issue)?|issue|pr|pull request|github issue)?[\s)\]]*$",
            "",
            words,
            flags=re.I,
        )
        if len(words.split()) >= 2:
            out.append(
                Action(words.strip(" .:-")[:400], done, owner[1] if owner else "", due[1] if due else "")
            )
    return tuple(out)


def _points(block: Block) -> tuple[str, ...]:
    """A paragraph as its lines, where each is a sentence of its own; else as it is."""
    apart = len(block.lines) > 1 and all(re.match(r"[A-Z]", line) for line in block.lines)
    return block.lines if apart and all(line.endswith(".") for line in block.lines[:-1]) else (block.text,)


def _services(title: str, blocks: list[Block], whole: str) -> tuple[str, ...]:
    """What was involved: what a label names, and names in code or of hosts that the text comes back to."""
    out: dict[str, int] = {}
    for block in blocks:
        label = re.match(
            r"(?i)(?:affected )?(?:services?|systems?|components?)(?: affected)?:?\s*$", block.under
        )
        if label and block.kind in ("text", "item") and len(block.text) < 200:
            for name in re.split(r"[,;]| and ", block.text):
                if name.strip():
                    out[name.strip()] = out.get(name.strip(), 0) + 100
    for name in (
        *_NAMED.findall(whole),
        *re.findall(
            r"(?<![\w@/.-])[a-z][\w-]*(?:\.[a-z][\w-]+)*\.(?:org|com|net|io|cloud|rs|dev|de|eu)\b",
            f"{title}\n{whole}",
        ),
    ):
        out[name] = out.get(name, 0) + 1
    known = [
        name
        for name in out
        if out[name] >= 2 and not re.search(r"^[A-Z_]+$|\.(?:py|md|ya?ml|json|ts|tsx|js)$", name)
    ]
    return tuple(sorted(known, key=lambda name: (-out[name], name))[:12])


def _messages(blocks: list[Block]) -> tuple[str, ...]:
    """What machines said: lines of code blocks and quotes that speak of a fault, their variable parts masked."""
    out: dict[str, None] = {}
    for block in blocks:
        said = [block.text] if block.kind == "code" else [a or b for a, b in _QUOTED.findall(block.text)]
        for one in said:
            if _FAULTY.search(one) and len(one.split()) >= 3:
                masked = message(one)
                if masked:
                    out[masked] = None
    return tuple(out)[:30]


def message(text: str) -> str:
    """A message with its variable parts masked and its time in front left out."""
    return _STAMP.sub("", mask.masked(text.strip())).strip(" :-|")[:200]
