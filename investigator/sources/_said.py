"""A message of a chat as some program wrote it down: who, when, which words and what became of them, by its keys alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from investigator.sources._format import as_text, at, flat, instant
from investigator.sources._markup import words as page_words

_PERSON = re.compile(
    r"^(author|sender|from|postedby|user|creator|writer|poster|speaker|actor|person|u|source)(?:(?:full|display|nick|real|user|screen)?(name|email)|profile)?$"
)
_RANKS = "author sender from postedby user creator writer poster speaker actor person u source".split()
_NAMES = "nickname nick displayname globalname realname fullname name title username login handle email address number id".split()
_WORDS = "text content body message msg datamessage messagetext plaintext textcontent plaintextbody caption".split()
_PIECE = ("text", "insert", "content", "value", "alt")
_TIMES = (
    "dateunixtime timestampms timestamp createdat createat createddatetime createddate created originserverts sentat "
    "senttime datesent ts time date"
).split()
_TIMELY = re.compile(r"(?:time|date|timestamp|at|ts|unixtime)(?:utc|ms)?$")
_LATER = re.compile(r"edit|delet|updat|modif|expir|read|seen|remov|revok|thread|delay|birth")
_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d|\d\d?[./-]\d\d?[./-]\d{2,4}|\d\d?:\d\d")
_IDS = "id messageid eventid clientmsgid msgid guid uuid".split()
_ROOMS = "channelname channel roomname room chatname chat conversationname conversation stream displayrecipient".split()
_REPLIES = re.compile(r"^(?:in)?repl(?:y|ied|ies)to(?:message|msg|event)?(?:id)?$|^parentid$")
_EDITED = re.compile(
    r"^(?:last|is)?edit(?:ed)?(?:at|timestamp|datetime|unixtime|date|time|ts)?$|^(?:timestamp|time|date)edited$"
)
_GONE = re.compile(
    r"^(?:is)?(?:delet(?:e|ed|ion)|removed|unsent|redacted|revoked)(?:at|timestamp|datetime|date|time|ts|type|because)?$"
)
_STATES = ("messagestate", "state", "status", "subtype", "type")
_TYPES = "action subtype messagetype msgtype mediatype file type t".split()
_POST = re.compile(r"(?:^|[._])(?:message|post)$")
#: What only those who write to each other leave behind. An author, a time and words have tickets and audits, too.
_SIGNS = frozenset(
    "roomtype reactions mentions embeds ispinned pinned edited editat editedat editedtimestamp timestampedited lastediteddatetime "
    "replytoid replyto replytomessageid replies threadts threadid roomid rid chatid conversationid channelid channel channeltype "
    "msgtype messagetype clientmsgid topicid messageid isdeleted isunsent deleteddatetime textentities stickers "
    "datamessage receiptmessage typingmessage expiresinseconds isbot usertype sendername senderfullname fromid streamid redacts relatesto "
    "mrelatesto userprofile reactionrows attachments".split()
)
_MAIL = frozenset(("to", "torecipients", "recipients"))


@lru_cache(maxsize=10_000)
def _plain(key: str) -> str:
    return re.sub(r"[\W_]+", "", key.casefold())


@dataclass(frozen=True)
class Said:
    """A message: its fields as an event's, its own id, and the ids of those that it takes back or rewords."""

    fields: dict[str, str | None]
    id: str
    takes_back: str = ""
    rewords: str = ""


def is_said(item: Any) -> bool:
    """Whether an object says who wrote which words and when."""
    bare = _bare(item)
    return bare is not None and bool(_words(bare))


def signs(item: Any) -> set[str]:
    """What of an object, however deep, only the messages of a chat have."""
    found = {_plain(part) for key in flat(item) for part in (*key.split("."), key.rpartition(".")[2])}
    if any(_plain(key) == "type" and _POST.search(str(value)) for key, value in item.items()):
        found |= {"edited", "mentions"}  # it calls itself one
    return set() if "subject" in found and found & _MAIL else found & _SIGNS


def speaker(keys: Iterable[str]) -> str:
    """Which column of a table of messages says who wrote each; empty where its columns are no chat's."""
    names = {key: match for key in keys if (match := _PERSON.match(_plain(key)))}
    if len({_plain(key) for key in keys} & _SIGNS) < 2 or not names:
        return ""
    return min(names, key=lambda key: (not names[key][2], _RANKS.index(names[key][1])))


def said(item: dict[str, Any], people: dict[str, str], room: str | None) -> Said | None:
    """An object as a message; None where it says not who or not when."""
    bare = _bare(item)
    if bare is None:
        return None
    keys = {_plain(key): key for key in reversed(bare)}
    deep = {_plain(key.rpartition(".")[2]): value for key, value in flat(bare).items() if value}
    who, by = _who(bare)
    reworded = next(
        (v for k, v in deep_items(bare) if _plain(k) == "mnewcontent" and isinstance(v, dict)), None
    )
    words = _words(reworded) if reworded else _words(bare)
    gone = _truth(bare, _GONE) or any(
        str(bare[keys[key]]).casefold() in ("deleted", "removed", "tombstone")
        for key in _STATES
        if key in keys
    )
    fields: dict[str, str | None] = {
        "time": _when(bare),
        "user": people.get(who, who),
        "body": words or ("(deleted)" if gone else _kind_of(bare, keys)),
        "channel": _room(bare, keys) or room,
        "message id": next((as_text(bare[keys[key]]) for key in _IDS if key in keys), None),
        "reply_to": next((deep[key] for key in deep if _REPLIES.match(key)), None),
        "edited": _truth(bare, _EDITED),
        "reactions": _reactions(bare.get("reactions")),
        "files": _files(bare),
        "pinned": "true" if any(_truth(bare, re.compile(f"^{key}$")) for key in ("ispinned", "pinned", "pinnedto", "pinnedinfo")) else None,
    }  # fmt: skip
    if gone:
        fields["afterwards"] = "deleted" if gone in ("true", True) else f"deleted: {gone}"
    used = {"reactions", by, *(key for key in bare if _plain(key) in (*_WORDS, "textentities"))}
    for key, value in flat({key: value for key, value in bare.items() if key not in used}).items():
        if value not in (None, "", "[]", "{}", "false") and value not in fields.values():
            fields.setdefault(key, value)
    target = deep.get("redacts") or ""
    again = deep.get("eventid", "") if reworded or deep.get("reltype") == "m.replace" else ""
    return Said(
        fields, fields["message id"] or "", target, at(bare, "content", "m.relates_to", "event_id") or again
    )


def deep_items(item: Any) -> Iterator[tuple[str, Any]]:
    """Every key of an object and of those in it, with its value."""
    if isinstance(item, dict):
        for key, value in item.items():
            yield key, value
            yield from deep_items(value)


def _bare(item: Any, depth: int = 0) -> dict[str, Any] | None:
    """The object that says who and when: this, or the one that alone lies in it."""
    if not isinstance(item, dict):
        return None
    if _who(item)[0] and _when(item):
        return item
    inner = [value for value in item.values() if isinstance(value, dict)]
    return _bare(inner[0], depth + 1) if len(inner) == 1 and depth < 2 else None


def _who(item: dict[str, Any]) -> tuple[str, str]:
    """Who it is from, and the key that says so: a name before an id."""
    found = []
    for key, value in item.items():
        if value and (match := _PERSON.match(_plain(key))) and (name := _name(value)):
            named = bool(match[2]) or isinstance(value, dict)
            found.append((not named, _RANKS.index(match[1]), name, key))
    return min(found)[2:] if found else ("", "")


def _name(value: Any, depth: int = 0) -> str:
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, dict) or depth > 2:
        return ""
    keys = {_plain(key): item for key, item in value.items() if isinstance(item, (str, int)) and item}
    named = next((str(keys[key]) for key in _NAMES if key in keys), "")
    inner = (name for item in value.values() if isinstance(item, dict) and (name := _name(item, depth + 1)))
    return named or next(inner, "")


def _when(item: dict[str, Any]) -> str | None:
    """When it was written: an instant before a wall clock, by what its key says."""
    found = []
    for key, value in item.items():
        name = _plain(key)
        if isinstance(value, bool) or not isinstance(value, (str, int, float)) or _LATER.search(name):
            continue
        number = re.fullmatch(r"\d{10,19}(?:\.\d+)?", str(value))
        if not (name in _TIMES or _TIMELY.search(name)) or not (number or _WRITTEN.search(str(value))):
            continue
        rank = _TIMES.index(name) if name in _TIMES else len(_TIMES)
        found.append((not number, rank, instant(value)))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _words(item: Any, depth: int = 0) -> str:
    """What was written: as it is, in pieces of which links and names are objects, or as a page."""
    if isinstance(item, dict):
        kind = " ".join(
            str(v) for k, v in item.items() if _plain(k) in ("contenttype", "format", "messagetype")
        )
        keys = {_plain(key): value for key, value in reversed(item.items())}
        for key in (key for key in (_WORDS if depth < 3 else ()) if keys.get(key)):
            if isinstance(keys[key], (str, list, dict)) and (text := _words(keys[key], depth + 1)):
                page = "html" in kind.casefold() or re.match(r"(?s)\s*<(p|div)\b.*</\1>\s*$", text)
                return page_words(text) if page else text
        return ""
    if isinstance(item, list):
        pieces = (
            next((p[k] for k in _PIECE if isinstance(p.get(k), str)), "") if isinstance(p, dict) else p
            for p in item
        )
        return "".join(piece for piece in pieces if isinstance(piece, str))
    return item if isinstance(item, str) else ""


def _truth(item: dict[str, Any], shape: re.Pattern[str]) -> str | None:
    """What a key of this shape says, as a time where it is one; None where it says no."""
    for key, value in item.items():
        if shape.match(_plain(key)):
            value = (
                (value.get("ts") or value.get("at") or "true") if isinstance(value, dict) and value else value
            )
            if value and str(value).casefold() not in ("0", "false", "null"):
                return "true" if value is True or isinstance(value, (list, dict)) else instant(value)
    return None


def _kind_of(item: dict[str, Any], keys: dict[str, str]) -> str:
    """What it is that has no words."""
    return next((str(item[keys[key]]) for key in _TYPES if key in keys and item[keys[key]]), "(no words)")


def _room(item: dict[str, Any], keys: dict[str, str]) -> str:
    return next((name for key in _ROOMS if key in keys and (name := _name(item[keys[key]]))), "")


def _reactions(value: Any) -> str | None:
    """Who felt what: `:eyes: 2`."""
    found = []
    for one in value if isinstance(value, list) else ():
        name = _name(one.get("emoji")) if isinstance(one, dict) else ""
        name = name or next(
            (str(at(one, k)) for k in ("name", "reaction", "reactionType", "emoji_name") if at(one, k)), ""
        )
        if name:
            found.append(f":{name}: {at(one, 'count') or len(at(one, 'users') or '1')}")
    return " ".join(found) or None


def _files(item: dict[str, Any]) -> str | None:
    held = [one for key in ("files", "attachments") for one in item.get(key) or () if isinstance(one, dict)]
    return (
        ", ".join(
            filter(
                None,
                (
                    _name(
                        {k: v for k, v in one.items() if k != "id"}
                        | {"name": one.get("fileName") or one.get("name")}
                    )
                    for one in held
                ),
            )
        )
        or None
    )
