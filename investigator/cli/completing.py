"""What a shell proposes on Tab: cases, sources, analyses, pictures and their parameters. `inv --install-completion`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def attach(command: Any) -> Any:
    """Give a command's parameters what can be proposed for them, by what they are called."""
    for parameter in command.params:
        if parameter.name in _BY_NAME and getattr(parameter, "_custom_shell_complete", None) is None:
            parameter._custom_shell_complete = _proposing(_BY_NAME[parameter.name])
    return command


def _proposing(found: Callable[[Any, str], Iterable[str]]) -> Callable[[Any, Any, str], list[Any]]:
    def complete(context: Any, parameter: Any, begun: str) -> list[Any]:
        from typer._click.shell_completion import CompletionItem

        try:
            return [CompletionItem(one) for one in found(context, begun) if one.startswith(begun)]
        except Exception:  # a Tab that finds nothing says nothing
            return []

    return complete


def _cases(context: Any, _: str = "") -> list[str]:
    from investigator.case.record import folder

    given = context.params.get("cases")
    return [path.name for path in folder.listing(Path(given) if given else None)]


def _sources(context: Any, _: str = "") -> list[str]:
    """The files of the case that is named, else of the newest."""
    from investigator.case.record import folder
    from investigator.cli.lines import by_age
    from investigator.events.store import Store

    root = context.params.get("cases")
    paths = folder.listing(Path(root) if root else None)
    words = [context.params.get("case_id"), *(context.params.get("words") or ())]
    chosen = [path for path in paths if path.name in words] or by_age(paths)[:1]
    return sorted({s.source for path in chosen for s in Store(path / "events").manifest().segments})


def _words(context: Any, begun: str) -> list[str]:
    """The first word of `find` and `show` is a name; then a case, and parameters. Of the others it is a case, or a file."""
    from investigator import catalogue

    room = {"find": "investigator.analyses", "show": "investigator.views"}.get(context.info_name)
    given = list(context.params.get("words") or ())
    if room is None:
        lines = [f"{name}:" for name in _sources(context)] if context.info_name == "around" else []
        return [*_cases(context), *lines] if not given else lines
    if not given:
        return list(catalogue.names(room))
    name = given[0].replace("-", "_")
    function = getattr(catalogue.load(room, name, noun="name"), name)
    knobs = [f"--{knob}" for knob in list(inspect.signature(function).parameters)[1:]]
    return (
        [*knobs, *_cases(context)] if begun.startswith("-") or len(given) > 1 else [*_cases(context), *knobs]
    )


_BY_NAME: dict[str, Callable[[Any, str], Iterable[str]]] = {
    "case_id": _cases,
    "source": _sources,
    "words": _words,
}
