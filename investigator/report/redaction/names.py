"""Whom a case names: its people, and the customers in its evidence; and where they stand in a text, however it joins the
parts of a name.

A name is known because the case says whose it is: who wrote, who was asked, the contact, a customer's id or name in the
evidence, who sent a mail. A name that nobody told of is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from investigator.facts import attributes
from investigator.facts.customers import COLUMN, KINDS

if TYPE_CHECKING:
    from investigator.case.snapshot import Snapshot

PERSON, CUSTOMER = "person", "customer"

_MOST = 100_000
_COMPANY = re.compile(
    r"(?i)\b(?:gmbh|ag|kg|se|ltd|limited|llc|inc|corp|plc|sarl|sas|bv|nv|oy|ab|as|aps|spa|srl|sl|sa|kft|pty|co)\b\.?"
)
_PERSON_KEY = re.compile(
    r"(?i)^(?:.*[._])?(?:author|sender|reporter|assignee|assigned_to|real_?name|display_?name|full_?name|first_?name|last_?name|"
    r"sur_?name|family_?name|given_?name|contact(?:_?name)?|requester|employee|patient|passenger|guest|driver|nurse|doctor|"
    r"user_?name|user|person|owner|creator|approver)(?:_?name)?$"
)
_CUSTOMER_NAME = re.compile(
    r"(?i)^(?:.*[._])?(?:customer|tenant|account|organi[sz]ation|org|merchant|shop|client|company|firm|hotel|clinic|school|supplier)[._]?name$"
)
_HEADER = re.compile(r"(?i)^(?:from|to|cc|bcc|reply-?to)$")
_PART = re.compile(r"[^\W_]+")
#: Words of every day that are names too: a name only where they are written as one.
_EVERYDAY = frozenset(
    "will mark may bill rich grace hope joy dawn rose art pat sue jack frank grant ray guy max drew chase page gene "
    "norm rob skip wade faith ivy lily june april august summer autumn sky star stone king young long short brown green black "
    "white gray wood woods field fields lake hill rivers bush park banks price rice law love day west north east hall bell "
    "cook baker miller smith fisher hunter mason carter taylor walker turner cooper porter fox wolf bird best good wise".split()
)
#: What joins the parts of a name, and is none itself.
_PARTICLES = frozenset(
    "van von der den de la le di da del al el bin ibn ter ten zu zum und and of the mr mrs ms dr prof".split()
)
#: Values of such columns that name nobody.
_NOBODY = frozenset(
    "unknown none null nil nobody anonymous anon guest root admin system service user test default n/a na - all everyone me "
    "support sales info platform team desk public private internal external bot".split()
)
#: What is in the name of a list, a desk or a program that writes mails, and in nobody's.
_ROLES = frozenset(
    "desk team support service services channel list group office ops operations oncall call duty incident incidents alert alerts "
    "alerting notification notifications noreply reply bot robot monitor monitoring status platform security billing sales info "
    "help helpdesk admin administration engineering customer customers care daemon mailer system systems hotline".split()
)
#: A number of three digits is no name in a text, however often it is one in its column.
_SHORTEST_NUMBER = 5


@dataclass(frozen=True)
class Name:
    """One way to write a name: whose (`whole`), person or customer, and whether only a capital makes it one."""

    whole: str
    kind: str
    capital: bool = False


class Names:
    """Names by their parts: `found` tells where they stand in a text, in time that grows with the text alone."""

    def __init__(self) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], Name]]] = {}
        self._wholes: dict[str, Name] = {}
        #: How many ids are numbers too short to be told from any other.
        self.short = 0

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def person(self, name: str) -> None:
        """A person, by the whole name and each part of it."""
        name = re.sub(r"\s*[<(].*", "", str(name)).strip().strip("@\"'")
        parts = [p for p in _PART.findall(name) if p.casefold() not in _PARTICLES]
        if not parts or name.casefold() in _NOBODY or "@" in name or not any(map(str.isalpha, name)):
            return
        # A login and a whole name of the same person get one pseudonym: that of the login, which was there first.
        whole = next((self._wholes[p.casefold()].whole for p in parts if p.casefold() in self._wholes), name)
        self._put(name, Name(whole, PERSON))
        if len(parts) == 1 or not re.fullmatch(r"[^\W\d_]+(?:[ .'\u2019-]+[^\W\d_]+)*\.?", name):
            if len(parts) > 1:
                return  # an account such as svc_backup: no part of it is anybody's name
            self._wholes.setdefault(parts[0].casefold(), Name(whole, PERSON))
            return
        for part in parts:
            if len(part) >= 3 and part.casefold() not in _NOBODY:
                self._put(part, Name(whole, PERSON, capital=part.casefold() in _EVERYDAY or len(part) < 5))

    def customer(self, name: str) -> None:
        """A customer, by id or by name; of a name also what stands before its legal form, and its first word."""
        name = str(name).strip()
        parts = _PART.findall(name)
        if not parts or name.casefold() in _NOBODY:
            return
        if name.isdigit() and len(name) < _SHORTEST_NUMBER:
            self.short += 1
            return
        if len(name) < 3:
            return
        self._put(name, Name(name, CUSTOMER, capital=name.isalpha() and (name.casefold() in _EVERYDAY or len(name) < 5)))  # fmt: skip
        plain = _COMPANY.sub(" ", name).strip()
        words = [w for w in _PART.findall(plain) if w.isalpha()]
        if len(words) >= 1 and (plain != name or len(words) > 1) and not any(map(str.isdigit, name)):
            if plain != name:
                self._put(plain, Name(name, CUSTOMER, capital=len(words) == 1))
            if len(words[0]) >= 4 and words[0].casefold() not in _EVERYDAY:
                self._put(words[0], Name(name, CUSTOMER, capital=len(words[0]) < 6))

    def _put(self, text: str, name: Name) -> None:
        parts = tuple(part.casefold() for part in _PART.findall(text))
        known = self._by_first.setdefault(parts[0], [])
        if parts not in [other for other, _ in known]:
            known.append((parts, name))
            known.sort(key=lambda one: -len(one[0]))

    def found(self, text: str) -> Iterator[tuple[int, int, Name]]:
        """Where they stand in a text, apart and in order: start, stop, whose. Up to three marks may join two parts."""
        if not self:
            return
        tokens = [(m.start(), m.end(), m[0].casefold()) for m in _PART.finditer(text)]
        at = 0
        while at < len(tokens):
            for parts, name in self._by_first.get(tokens[at][2], ()):
                last = at + len(parts) - 1
                if last >= len(tokens) or any(tokens[at + i][2] != p for i, p in enumerate(parts)):
                    continue
                if any(tokens[i + 1][0] - tokens[i][1] > 3 for i in range(at, last)):
                    continue
                start, stop = tokens[at][0], tokens[last][1]
                if name.capital and not text[start].isupper():
                    continue
                yield start, stop, name
                at = last
                break
            at += 1


def of(snapshot: Snapshot, own: Iterable[str] = (), *, people: bool = True, customers: bool = True) -> Names:
    """The names of a case: people first, so that a login keeps its pseudonym when the whole name comes to be known.

    What is in `own`, a reader's own id and name, is left out.
    """
    out, mine = Names(), {one.casefold() for one in own}
    state = snapshot.state
    contact, firm = contact_of(state.contact)
    events = snapshot.events()
    theirs, senders = [firm] if firm else [], []
    for key, values in _attributes(snapshot):
        if _HEADER.match(key):
            senders += [part for value in values for part in value.split(",") if _is_person(part)]
        elif _CUSTOMER_NAME.match(key) or COLUMN.match(key):
            theirs += values
        else:
            senders += values
    for kind in KINDS:
        if kind in events.indexed and kind != "user":
            ids = events.entities.filter(events.entities.id_kind == kind).select("id").distinct()
            theirs += [str(one) for one in events.engine.fetch(ids.order_by("id").limit(_MOST))["id"]]
    if customers:
        for name in sorted(set(theirs)):
            if name.casefold() not in mine:
                out.customer(name)
    if people:
        said = [contact, *(state.contacts[key] for key in sorted(state.contacts))]
        for entry in snapshot.entries():
            content = entry.content or {}
            who = content.get("who") or []
            said += [entry.author, str(content.get("owner") or "")]
            said += [who] if isinstance(who, str) else [str(one) for one in who]
        machines = _machines(snapshot) | {one.casefold() for one in theirs}
        said += [name for name in senders if name.casefold() not in machines]
        known = {part.casefold() for one in own for part in _PART.findall(one)}
        for name in sorted(set(said), key=lambda name: (len(_PART.findall(name)), name)):
            if not {part.casefold() for part in _PART.findall(name)} <= known:
                out.person(name)
    return out


def _machines(snapshot: Snapshot) -> set[str]:
    """What services and hosts are called: a program that writes under its own name is nobody."""
    events = snapshot.events()
    if not events.sources:
        return set()
    places = events.engine.fetch(events.table.select("service", "host").distinct().limit(5_000))
    return {str(one).casefold() for column in ("service", "host") for one in places[column].dropna()}


def _is_person(sender: str) -> bool:
    """Whether the sender of a mail is somebody: two words or more, none of which is that of a desk or a program."""
    words = [part.casefold() for part in _PART.findall(sender.split("<")[0])]
    return len(words) > 1 and not _ROLES & set(words)


def contact_of(contact: str) -> tuple[str, str]:
    """The person and the firm of a contact such as "Ana Silva, Harbour Books Ltd, +44 20 7946 0018"."""
    parts = [p.strip() for p in re.split(r"[,;<(\n]", contact) if p.strip()]
    words = [p for p in parts if not re.search(r"\d{3}|@", p)]
    person = words[0] if words and not _COMPANY.search(words[0]) else ""
    firm = next((p for p in words if p != person), "")
    return person, firm


def _attributes(snapshot: Snapshot) -> Iterator[tuple[str, list[str]]]:
    """Attributes that hold people or customers, each with its values."""

    def wanted(key: str, kind: str) -> bool:
        mail = kind in ("mail", "message", "ticket") and _HEADER.match(key)
        return bool(mail or _PERSON_KEY.match(key) or _CUSTOMER_NAME.match(key) or COLUMN.match(key))

    for key, values in attributes.values_of(snapshot.events(), wanted):
        yield key, [one for one in values if re.search(r"[^\W_]", one)]
