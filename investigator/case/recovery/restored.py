"""What an item that came back was before and is after: where it was found, size, hash, whether it opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from investigator.errors import ParameterError

FIELDS = ("found", "size_before", "hash_before", "size_after", "hash_after", "opens", "why")
_NAMES = ("item", "id", "document", "entity")


def details(given: Any) -> dict[str, dict[str, Any]]:
    """By item what was given of it: a table, rows with an `item`, or a mapping from items."""
    if hasattr(given, "to_dict") and hasattr(given, "columns"):
        rows: Iterable[Mapping[str, Any]] = given.to_dict("records")
    elif isinstance(given, Mapping):
        rows = [{"item": one, **dict(what)} for one, what in given.items()]
    else:
        rows = [dict(row) for row in given]
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        name = next((key for key in _NAMES if key in row), None)
        if name is None:
            raise ParameterError(
                "A row says nothing of which item it is.",
                f"It has: {', '.join(map(str, row))}.",
                "Give it an 'item', beside " + ", ".join(FIELDS) + ".",
            )
        strange = [key for key in row if key not in (*FIELDS, name)]
        if strange:
            raise ParameterError(
                f"'{strange[0]}' is nothing that is known of an item.",
                f"There are: {', '.join(FIELDS)}.",
                "Rename or leave out that column.",
            )
        found[str(row[name])] = {
            key: _plain(key, row[key]) for key in FIELDS if key in row and _there(row[key])
        }
    return found


def _there(value: Any) -> bool:
    return value is not None and value != "" and value == value


def _plain(key: str, value: Any) -> Any:
    if key.startswith("size"):
        return int(value)
    if key == "opens":
        return (
            str(value).strip().lower() not in ("false", "no", "0", "nein")
            if not isinstance(value, bool)
            else value
        )
    text = str(value).strip()
    return text.lower() if key.startswith("hash") else text


def doubt(known: Mapping[str, Any]) -> str:
    """What speaks against calling it back, in words; empty where nothing does."""
    if known.get("opens") is False:
        return "it does not open"
    for what in ("hash", "size"):
        before, after = known.get(f"{what}_before"), known.get(f"{what}_after")
        if before is not None and after is not None and before != after:
            return f"its {'content' if what == 'hash' else 'size'} is another than before"
    return ""


def told(known: Mapping[str, Any]) -> list[str]:
    """Size, hash and whether it opens, in words; what is not known, where somebody said why."""
    out, unknown = [], []
    for what, name in (("size", "size"), ("hash", "SHA-256")):
        before, after = known.get(f"{what}_before"), known.get(f"{what}_after")
        shown = [f"{v} bytes" if what == "size" else str(v) for v in (before, after) if v is not None]
        if before is not None and before == after:
            out.append(f"{name} before and after {shown[0]}")
        elif before is not None and after is not None:
            out.append(f"{name} before {shown[0]}, after {shown[1]}")
        elif shown:
            out.append(f"{name} {'before' if before is not None else 'after'} {shown[0]}")
        unknown += [
            f"{what} {when}" for when, value in (("before", before), ("after", after)) if value is None
        ]
    if "opens" in known:
        out.append("opens" if known["opens"] else "does not open")
    if unknown and known.get("why"):
        out.append(f"{', '.join(unknown)} not known: {known['why']}")
    return out
