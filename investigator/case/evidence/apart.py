"""Two lists or threads that look alike and are not: what was taken for a newer one of the other counts beside it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator.case.evidence import intake
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence


def answer_apart(evidence: Evidence, source: str, *, author: str | None = None) -> str:
    """Write down that a list, or a thread, and what was taken for a newer one of it are two: both count again."""
    from investigator.load import threads, updates

    evidence.record.writable("answer for a source")
    lists, talks = updates.parted(evidence.store, source), threads.pairs(evidence.store, source)
    if not lists and not talks:
        raise ParameterError(
            f"{source} takes the place of no other list or thread, and none takes its own.",
            "",
            "Name a source as the load named it.",
        )
    said = [(pair, what) for pairs, what in ((lists, "lists"), (talks, "threads")) for pair in pairs]
    text = "; ".join(f"{older} and {newer} are two {what}" for (older, newer), what in said)
    evidence.record.append("declare", {"text": text, "apart": dict([*lists, *talks])}, author=author, key=[])
    if talks:
        files = {s.source: s.file for s in evidence.store.manifest().segments}
        names = list(dict.fromkeys(files[older] for older, _ in talks))
        intake.read_again(evidence, names, author=author)
    evidence.forget()
    return f"{text}: both count."
