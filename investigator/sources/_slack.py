"""What both of Slack's formats share: people's names, links, and messages that were edited or deleted."""

from __future__ import annotations

import re
from typing import Any

from investigator.sources._format import at

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^>]*))?>")
_LINK = re.compile(r"<(?:[#!]\w+\|)?((?:https?|mailto):[^|>]+)(?:\|([^>]*))?>")


def settled(message: dict[str, Any]) -> dict[str, Any]:
    """A message; of one that was changed its new words with the old ones, of one that was deleted its words, marked."""
    kind = message.get("subtype")
    now, before = (message.get(key) for key in ("message", "previous_message"))
    if kind == "message_changed" and isinstance(now, dict):
        old = before.get("text") if isinstance(before, dict) else None
        rest = {k: v for k, v in message.items() if k not in ("message", "previous_message")}
        return {**rest, **now, "ts": now.get("ts") or message.get("ts"), "before": old, "subtype": kind}
    if kind == "message_deleted" and isinstance(before, dict):
        rest = {k: v for k, v in message.items() if k != "previous_message"}
        ts = before.get("ts") or message.get("deleted_ts") or message.get("ts")
        return {**rest, **before, "ts": ts, "afterwards": "deleted", "subtype": kind}
    return message


def names_of(users: Any) -> dict[str, str]:
    """What the people of a `users.json` are called, by their id."""
    found: dict[str, str] = {}
    for user in users if isinstance(users, list) else []:
        profile = at(user, "profile") or {}
        name = (
            profile.get("display_name")
            or at(user, "real_name")
            or profile.get("real_name")
            or at(user, "name")
        )
        if at(user, "id") and name:
            found[str(at(user, "id"))] = str(name)
    return found


def named(text: str, people: dict[str, str]) -> str:
    """A text with names in place of ids, links as they are shown, and signs as they were typed."""
    text = _MENTION.sub(lambda match: "@" + people.get(match[1], match[2] or match[1]), text)
    return typed(_LINK.sub(lambda match: match[2] or match[1], text))


def typed(text: str) -> str:
    """A text in which `&`, `<` and `>` stand for themselves again."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
