"""A template's parameters, checked before a kernel starts."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from investigator.errors import ParameterError
from investigator.report import templates

_YES_NO = {"true": True, "yes": True, "false": False, "no": False}
_KINDS = {"str", "int", "float", "bool", "None", "NoneType"}


def check(template: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given values as the template declares them, or a ParameterError before anything runs.

    An id is text and stays text: '0012' is never 12. Text is read as a number or as yes and no only where the
    template says int, float or bool. Defaults are left to the template.
    """
    declared = {parameter.name: parameter for parameter in templates.parameters(template)}
    name = Path(template).stem
    there_is = f"It takes: {', '.join(declared) or 'none'}."
    for key in given:
        if key not in declared:
            near = difflib.get_close_matches(key, declared, n=1)
            raise ParameterError(
                f"The template '{name}' takes no parameter '{key}'.",
                there_is,
                f"Did you mean {near[0]}?" if near else "Leave it out, or correct its name.",
            )
    missing = [key for key, parameter in declared.items() if parameter.required and key not in given]
    if missing:
        raise ParameterError(
            f"The template '{name}' needs {' and '.join(repr(key) for key in missing)}.",
            there_is,
            f"Give {missing[0]}{_help(declared[missing[0]])}.",
        )
    return {key: _fit(declared[key], value, name) for key, value in given.items()}


def source(values: Mapping[str, Any]) -> str:
    """The lines of the injected cell: plain values written by repr, nothing else can be written."""
    for key, value in values.items():
        if not key.isidentifier() or not (value is None or type(value) in (str, int, float, bool)):
            raise ParameterError(
                f"The parameter '{key}' is a {type(value).__name__}.",
                "A parameter is a text, a number, True, False or None.",
                "Put what is larger into the case, and name it here.",
            )
    return "\n".join(["# Parameters of this run", *(f"{key} = {value!r}" for key, value in values.items())])


def _fit(parameter: templates.Parameter, value: Any, template: str) -> Any:
    kinds = {kind.strip().strip("\"'") for kind in parameter.type.split("|")}
    unknown = kinds - _KINDS
    if unknown:
        raise ParameterError(
            f"The template '{template}' declares '{parameter.name}' as {parameter.type}.",
            "A parameter is str, int, float, bool, or one of them | None.",
            "Change the line in the template's parameters cell.",
        )
    if value is None and kinds & {"None", "NoneType"}:
        return None
    if isinstance(value, str):
        if "str" in kinds:
            return str(value)
        read = _read(value, kinds)
        if read is not None:
            return read
    elif isinstance(value, bool):
        if "bool" in kinds:
            return value
    elif isinstance(value, int):
        if "int" in kinds:
            return int(value)
        if "float" in kinds:
            return float(value)
    elif isinstance(value, float) and math.isfinite(value) and "float" in kinds:
        return float(value)
    hint = (
        "Write it in quotes: an id is text." if "str" in kinds else f"Give a value that is {parameter.type}."
    )
    raise ParameterError(
        f"The parameter '{parameter.name}' of '{template}' is {parameter.type}, not {_named(value)}.",
        f"Its default is {parameter.default!r}." if not parameter.required else "",
        hint + _help(parameter),
    )


def _read(text: str, kinds: set[str]) -> int | float | bool | None:
    word = text.strip()
    if "bool" in kinds and word.lower() in _YES_NO:
        return _YES_NO[word.lower()]
    try:
        if "int" in kinds and word.isascii() and "_" not in word:
            return int(word)
    except ValueError:
        pass
    try:
        if "float" in kinds and word.isascii() and "_" not in word:
            number = float(word)
            return number if math.isfinite(number) else None
    except ValueError:
        pass
    return None


def _named(value: Any) -> str:
    if isinstance(value, str):
        return f"the text '{value}'"
    return "nothing (None)" if value is None else f"{type(value).__name__} {value!r}"


def _help(parameter: templates.Parameter) -> str:
    return f" ({parameter.help})" if parameter.help else ""
