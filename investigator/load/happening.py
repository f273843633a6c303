"""What rows say that happened: by the key that names it where no message does, or as requests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

#: Keys that name what happened where no message does, best first; and how a value looks that names it: case.accepted.
_WORDS = "evt ev eventtype eventkind act op step activity msgid type kind".split()
ROWS = 20
#: What the keys of a request are called.
STATUS = {"status", "statuscode", "httpstatus", "responsecode"}
PATH = {"path", "uri", "url", "request", "httppath", "requesturi", "requestpath", "requesturl"}
_METHOD = ("method", "requestmethod", "httpmethod", "verb")
_VERB = re.compile(r"GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT")
_NAME = re.compile(r"[A-Za-z]{2,}(?:[._:/ -]+[A-Za-z]{2,})*")
_SPEAKING = re.compile(r"[A-Za-z]{2,}[._: -]+[A-Za-z]{2,}.*")


def happening(free: Mapping[str, str], samples: Mapping[str, Sequence[str]], message: str) -> str:
    """The key that names what happened where hardly a tenth of the lines has the key of the message; or nothing.

    `free` are the keys that have no other role, each with its word. A key's values are few, each of words. One by its
    word comes first, else the first that nearly all lines have, whose values are words joined together and no other's.
    """
    most = max(map(len, samples.values()), default=0)
    if len(samples.get(message, ())) >= 0.1 * max(most, 1):
        return ""
    able = {}
    for key in free:
        values = set(held := [value for value in samples.get(key, ()) if value])
        if len(held) < 0.9 * most or not 2 <= len(values) <= max(2, 0.5 * len(held)):
            continue
        if sum(bool(_NAME.fullmatch(value)) for value in values) >= 0.8 * len(values):
            able[key] = sum(bool(_SPEAKING.fullmatch(value)) for value in values) / len(values)
    worded = [key for word in _WORDS for key in able if free[key] == word]
    speaking = [key for key, share in able.items() if share >= 0.6 and not _whose(key, samples)]
    # Of what stands on a list, one row each, a name is whose it is.
    if any(_one_each(samples.get(key, ()), most) for key in free):
        speaking = []
    return next(iter((*worded, *speaking)), "")


def _whose(key: str, samples: Mapping[str, Sequence[str]]) -> bool:
    """Whether another key holds the same names: from whom and to whom, and nothing that happened."""
    own = set(samples[key])
    return any(2 * len(own & set(held)) > len(own) for other, held in samples.items() if other != key)


def _one_each(held: Sequence[str], most: int) -> bool:
    """Whether each row has its own here, written alike: what a list is of."""
    shapes = {re.sub("[0-9]+", "0", value) for value in held}
    twice = 2 * len(set(held)) >= len(held)  # the first rows are seen at once alone, and among all
    return most >= ROWS and len(held) == most and twice and len(shapes) == 1 and "0" in shapes.pop()


def requests(keys: Mapping[str, str], samples: Mapping[str, Sequence[str]], message: str) -> bool:
    """Whether rows are requests: a method, a path and a status each, and hardly a message of their own.

    `keys` are those of the rows by their word.
    """
    method = next((keys[word] for word in _METHOD if word in keys), "")
    said = [text for text in samples.get(message, ()) if text]
    if not (method and keys.keys() & STATUS and keys.keys() & PATH) or len(set(said)) > 1 + len(said) // 10:
        return False
    asked = [text for text in samples.get(method, ()) if text]
    return bool(asked) and all(map(_VERB.fullmatch, asked))
