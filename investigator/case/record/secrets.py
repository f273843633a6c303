"""Secrets in what people paste: seen by their shape, masked before anything is kept."""

from __future__ import annotations

import json
import re
from typing import Any

MASKED = "[secret masked]"

# The shapes that services publish for their own keys, and the ways in which people write a password down. A word
# after "token:" is a secret only if it has a digit or a sign in it: "the token: expired" is a sentence.
_VALUE = r"(?=\S*[\d!$%&#@*])[^\s,;|\"')\\]{6,}"
_SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"
    r"|\bgh[pousr]_\w{30,}|\bgithub_pat_\w{30,}|\bglpat-[\w-]{20,}"
    r"|\bxox[abeprs]-[\w-]{10,}|\bsk-[\w-]{20,}|\bAIza[\w-]{35}",
    re.DOTALL,
)
_NAMED = re.compile(
    r"(?i)((?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|credentials?)"
    r"[\"']?\s*(?:=|:|\bis\b)\s*[\"']?)(" + _VALUE + ")"
)
_BEARER = re.compile(r"(?i)(\b(?:bearer|basic)\s+)([\w.~+/=-]{16,})")
_ADDRESS = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]+:)([^\s@/]+)(?=@)")


def mask(text: str) -> str:
    """The text with what looks like a secret replaced; names and the words around it stay."""
    text = _SHAPES.sub(MASKED, text)
    for pattern in (_NAMED, _BEARER, _ADDRESS):
        text = pattern.sub(lambda match: match[1] + MASKED, text)
    return text


def masked(content: dict[str, Any]) -> dict[str, Any]:
    """The content of an entry with every text masked; the same object where there is nothing to mask."""
    whole = json.dumps(content, ensure_ascii=False)
    if mask(whole) == whole:
        # A JSON text escapes quotes and line ends; the texts themselves are looked at where that may matter.
        if "\\" not in whole:
            return content
    return {name: _each(value) for name, value in content.items()}


def _each(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_each(item) for item in value]
    if isinstance(value, dict):
        return {name: _each(item) for name, item in value.items()}
    return value
