"""Two lists that look alike and are not: what was taken for a newer export of the other counts beside it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence


def answer_apart(evidence: Evidence, source: str, *, author: str | None = None) -> str:
    """Write down that a list and what was taken for a newer export of it are two lists: both count again."""
    from investigator.load import updates

    evidence.record.writable("answer for a source")
    pairs = updates.parted(evidence.store, source)
    if not pairs:
        raise ParameterError(
            f"{source} takes the place of no other list, and none takes its own.",
            "",
            "Name a source as the load named it.",
        )
    text = "; ".join(f"{older} and {newer} are two lists" for older, newer in pairs)
    evidence.record.append("declare", {"text": text, "apart": dict(pairs)}, author=author, key=[])
    evidence.forget()
    return f"{text}: both count."
