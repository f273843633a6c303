"""Searching a library, and what is like an incident: by its words and by its shape, each with the reasons.

Words are searched as they stand (by stem), next to each other, and by the ideas they stand for; a word that the library
does not know is also looked for as the known ones that are spelt almost so. What is alike by shape has the same message
of a machine, the same step that did not happen, or the same kind of change or break; a rare one counts more.
"""

from __future__ import annotations

import difflib
import itertools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from investigator.library import kinds, words
from investigator.library.incident import Incident
from investigator.library.index import LARGE, Index, shaped_message, shapes_of

#: Of a long text the words that few incidents have are asked for, at most so many.
WORDS_AT_MOST = 20
PAIRS_AT_MOST = 12
#: So few words are also looked for as they stand, in a row.
PHRASE_AT_MOST = 6
_DAY = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")
#: A word in more than this share of a large library tells nothing of one of them.
COMMON = 0.1
TEXT_AT_MOST = 20_000
#: How alike an unknown word must be to a known one, of 1.
SPELT = 0.8
#: What each reason of shape counts beside the best fit of words, which counts 1, where nothing else has it.
SHAPES = {"message": 0.8, "step": 0.8, "kind": 0.25}
#: A step or a break that so few incidents have says something by itself (1: one has it, 0: all have); else two kinds do.
RARE = 0.6
#: What a word that the library does not know counts, of one that a single incident has.
UNKNOWN = 0.5
#: With less than this share of the words' weight and no reason of shape, nothing is called alike.
SHARED_AT_LEAST = 0.3
MESSAGES_AT_MOST = 30


@dataclass(frozen=True)
class Hit:
    """An incident that was found: why, the passage that says most of it, and how many words or ideas both have."""

    incident: Incident
    reasons: tuple[str, ...]
    passage: str = ""
    both: int = 0

    @property
    def unasked(self) -> bool:
        """Whether it may be named where nobody searched: one word alone is in many incidents."""
        return self.both > 1


@dataclass(frozen=True)
class Asked:
    """A text as it is searched for: its telling words with how much each tells, and the FTS5 expression."""

    weights: dict[str, float]  # by stem or idea
    said: dict[str, str]  # stem -> the word as it was written
    match: str
    every: str  # the same, where a few words must all be there
    sayings: dict[str, list[tuple[tuple[str, ...], str]]]  # how its ideas are said
    whole: float  # what all of it would tell, words that the library does not know for half


def asked(index: Index, text: str) -> Asked:
    """What to search for. The expression is empty where no word is known."""
    text = _DAY.sub(" ", text[:TEXT_AT_MOST])
    said = words.split(text)
    telling = words.telling(text) or list(dict.fromkeys(said))
    stems = dict(zip(telling, words.stems().of(telling), strict=True))
    ideas = list(dict.fromkeys(words.ideas(words.stems().of(said))))
    count = index.count()
    known = index.known([*dict.fromkeys(stems.values()), *ideas])
    weights = {term: math.log(1 + (count - n + 0.5) / (n + 0.5)) for term, n in known.items()}
    common = count * COMMON if count >= LARGE else count
    telling_most = sorted(weights, key=lambda one: (-weights[one], one))
    chosen = [one for one in telling_most if known[one] <= common] or telling_most[:1]
    kept = set(chosen[:WORDS_AT_MOST])
    terms = [f'"{word}"' for word, stem in stems.items() if stem in kept]
    terms += [f'"{idea}"' for idea in ideas if idea in kept]
    pairs = [(a, b) for a, b in itertools.pairwise(said) if {stems.get(a), stems.get(b)} <= kept]
    terms += [f'"{a} {b}"' for a, b in list(dict.fromkeys(pairs))[:PAIRS_AT_MOST]]
    if 2 < len(said) <= PHRASE_AT_MOST:
        terms.append(f'"{" ".join(said)}"')
    for word, stem in list(stems.items())[:WORDS_AT_MOST]:
        if stem not in known and len(word) >= 5:
            near = difflib.get_close_matches(stem, index.like(word), n=2, cutoff=SPELT)
            terms += [f'"{one}"' for one in near]
            weights.update(dict.fromkeys(near, 1.0))
    # Of a few words in a large library those incidents are meant that have them all.
    every = " AND ".join(f'"{word}"' for word, stem in stems.items() if stem in known)
    by_stem = {stem: word for word, stem in reversed(stems.items())}
    told = {one: weights[one] for one in weights if one in kept or one not in known}
    return Asked(
        told,
        by_stem,
        " OR ".join(terms),
        every if count >= LARGE and len(stems) <= PHRASE_AT_MOST else "",
        words.sayings(told),
        sum(weights[one] for one in kept)
        + UNKNOWN * math.log(2 + 2 * count) * sum(stem not in known for stem in stems.values()),
    )


def search(index: Index, read: Callable[[str], Incident], text: str, at_most: int) -> list[Hit]:
    """The incidents that a text speaks of, the best first, each with the words it shares."""
    question = asked(index, text)
    if not question.match:
        return []
    ranked = index.ranked(question.every, at_most) if question.every else []
    if len(ranked) < at_most:
        there = {row for row, _ in ranked}
        ranked += [one for one in index.ranked(question.match, at_most) if one[0] not in there]
        ranked = ranked[:at_most]
    names = index.names([row for row, _ in ranked])
    return [hit(question, read(names[row])) for row, _ in ranked]


def hit(question: Asked, incident: Incident) -> Hit:
    """An incident beside what was asked: the words that both say, and the passage that says most of them."""
    best, most = "", 0.0
    shared: dict[str, float] = {}
    others: dict[str, str] = {}
    for passage in passages(incident):
        written = words.split(passage)
        row = words.stems().of(written)
        told = {stem: question.weights[stem] for stem in question.weights.keys() & set(row)}
        shared |= told
        for idea, phrase in words.phrased(row, written, question.sayings).items():
            others.setdefault(idea, phrase)
            told[idea] = question.weights[idea]
        if sum(told.values()) > most:
            best, most = passage, sum(told.values())
    reasons = []
    same = sorted((stem for stem in shared if stem in question.said), key=lambda one: (-shared[one], one))
    if same:
        reasons.append("both say " + ", ".join(question.said[stem] for stem in same[:6]))
    own = set(same)
    idiom = [
        phrase for idea, phrase in sorted(others.items(), key=lambda one: -question.weights[one[0]])
        if not own & set(words.stems().of(words.split(phrase)))
    ]  # fmt: skip
    if idiom:
        reasons.append("it says in other words: " + ", ".join(dict.fromkeys(idiom[:4])))
    near = [stem for stem in shared if stem not in question.said]
    if near:
        reasons.append("spelt almost so: " + ", ".join(sorted(near)[:4]))
    return Hit(incident, tuple(reasons), best, len(same) + len(near) + len(idiom))


def passages(incident: Incident) -> list[str]:
    """The paragraphs of an incident, those that tell most first."""
    return [
        incident.title, *incident.symptoms, *incident.summary, *incident.causes, *incident.messages, *incident.factors,
        *incident.rest, *incident.resolution, *(one.text for one in incident.actions),
    ]  # fmt: skip


def similar(index: Index, read: Callable[[str], Incident], incident: Incident, at_most: int) -> list[Hit]:
    """The incidents that are like one, the most alike first, each with its reasons; none where nothing is shared."""
    text = "\n".join((incident.title, *incident.symptoms, *incident.summary, *incident.causes))
    question = asked(index, text)
    count = index.count()
    fits: dict[int, float] = {}
    if question.match:
        ranked = index.ranked(question.match, at_most * 4 + 1)
        itself = index.name_of(incident.id)
        names = index.names([row for row, _ in ranked])
        others = [(row, fit) for row, fit in ranked if names[row] != itself]
        if others:
            # The best fit of words counts what it shares of them, so that a poor one stands below a shape.
            best = _share(question, read(names[others[0][0]]))
            fits = {row: best * fit / others[0][1] for row, fit in others}
    reasons: dict[int, list[tuple[float, str]]] = {}
    telling: set[int] = set()
    for sort, values in _by_sort(incident).items():
        rows: dict[str, list[int]] = {}
        for value, row in index.shaped(sort, values):
            rows.setdefault(value, []).append(row)
        for value, having in rows.items():
            rare = math.log(1 + count / len(having)) / math.log(1 + count) if count > 1 else 1.0
            for row in having:
                reasons.setdefault(row, []).append((SHAPES[sort] * rare, _reason(sort, value, incident)))
                if sort != "kind" or (rare >= RARE and kinds.sort_of(value) in ("step", "break")):
                    telling.add(row)
    for row, told in reasons.items():
        fits[row] = fits.get(row, 0.0) + sum(weight for weight, _ in told)
    names = index.names(fits)
    out = []
    for row in sorted(fits, key=lambda one: (-fits[one], names[one])):
        other = read(names[row])
        if other.id.lower() == incident.id.lower():
            continue
        found = hit(question, other)
        shape = [reason for _, reason in sorted(reasons.get(row, []), key=lambda one: -one[0])]
        shape += [one for one in _almost(incident, other) if one not in shape]
        share = _share(question, other)
        alike = share >= (SHARED_AT_LEAST / 2 if len(shape) >= 2 else SHARED_AT_LEAST)
        if row in telling or (alike and (shape or found.unasked)):
            out.append(Hit(other, (*shape, *found.reasons), found.passage, found.both))
        if len(out) == at_most:
            break
    return out


def _share(question: Asked, incident: Incident) -> float:
    """How much of what the question's words tell an incident says too, from 0 to 1."""
    row = words.stems().of(words.split("\n".join(passages(incident))))
    told = {*row, *words.ideas(row)}
    return sum(weight for term, weight in question.weights.items() if term in told) / (question.whole or 1.0)


def _by_sort(incident: Incident) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for sort, value in shapes_of(incident):
        out.setdefault(sort, []).append(value)
    return out


def _reason(sort: str, value: str, incident: Incident) -> str:
    if sort == "message":
        said = next(one for one in incident.messages if shaped_message(one) == value)
        return f"the same message: '{said}'"
    if sort == "step":
        return f"the same step did not happen: {incident.step}"
    return {"step": "the same step broke: ", "break": "the same kind of break: ", "change": "the same kind of change: "}[
        kinds.sort_of(value) or "break"
    ] + value  # fmt: skip


def _almost(incident: Incident, other: Incident) -> list[str]:
    """Messages of both that are the same but for a word or two."""
    mine = [(one, set(shaped_message(one).split())) for one in incident.messages[:MESSAGES_AT_MOST]]
    out = []
    for theirs in other.messages[:MESSAGES_AT_MOST]:
        row = set(shaped_message(theirs).split())
        for said, own in mine:
            if own != row and len(own & row) >= 3 and len(own & row) / len(own | row) >= 0.6:
                out.append(f"almost the same message: '{theirs}', here '{said}'")
    return out[:2]
