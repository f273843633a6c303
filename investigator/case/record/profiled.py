"""What the team's profile says, taken into a case as data: so it holds for whoever opens the case elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator import profile as profiles

if TYPE_CHECKING:
    from investigator.case.record.record import Record
    from investigator.ledger import Entry

#: What a case takes over when it is made; formats, zones and the rest also later, when evidence comes in.
_AT_FIRST = ("kinds",)


def take(record: Record, *, first: bool = False, author: str | None = None) -> tuple[Entry | None, str]:
    """Declare what the profile says and the case doesn't know yet; and what is wrong with a profile that can't be read.

    What the case was told by itself stays. Kinds of ids come in when the case is made (`first`): later ones would have
    the index built anew.
    """
    profile, problem = profiles.found()
    if profile is None:
        return None, problem
    state = record.state
    said: dict[str, Any] = {
        "kinds": {k: v for k, v in profile.ids.items() if k not in state.kinds},
        "zones": {k: v for k, v in profile.zones.items() if k not in state.zones},
        "formats": {form.name: form.to_json() for form in profile.formats if form.name not in state.formats},
        "contacts": {k: v for k, v in profile.contacts.items() if k not in state.contacts},
        "lifecycle": profile.lifecycle if not state.lifecycle else "",
    }
    new = {key: value for key, value in said.items() if value and (first or key not in _AT_FIRST)}
    if not new:
        return None, ""
    # What somebody answered for this case counts more than the profile: it was said last, and comes last.
    if "zones" in new:
        new["zones"] |= state.zones
    text = f"took over from the team's profile: {', '.join(new)}"
    content = {"text": text, "profile": {"file": profile.path.name, "sha256": profile.sha256}, **new}
    return record.append("declare", content, author=author, key=[]), ""
