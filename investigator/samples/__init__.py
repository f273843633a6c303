"""Incidents with known truth, made from a seed: the raw files as they would be exported in the worst hour."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from investigator.samples.story import Sample

__all__ = ["Sample", "make", "names"]

DEFAULT = "missing-documents"


def names(*, causes_folder: str | Path | None = None) -> list[str]:
    """The names of the incidents that can be made: one for each TOML file in the folder of causes."""
    from investigator.samples.cause import known_causes

    return sorted(known_causes(causes_folder))


def make(
    folder: str | Path,
    *,
    name: str = DEFAULT,
    seed: int = 2031,
    lines: int = 200_000,
    progress: Callable[[int, int, str], Any] | None = None,
    causes_folder: str | Path | None = None,
) -> Sample:
    """The raw files of one incident, written below `folder`, and what is true about it.

    `lines` counts the lines of all logs, the access log and the audit export in `raw/`; more lines are more
    background traffic, never more harm. The same seed gives the same bytes. `progress` is called with
    (lines done, lines in all, what is being written).
    """
    from investigator.samples.story import make_sample

    return make_sample(
        folder, name=name, seed=seed, lines=lines, progress=progress, causes_folder=causes_folder
    )


def __getattr__(name: str) -> Any:
    if name == "Sample":
        from investigator.samples.story import Sample

        return Sample
    raise AttributeError(
        f"module 'investigator.samples' has no attribute {name!r}. There are: {', '.join(__all__)}."
    )
