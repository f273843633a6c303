"""A list in marked-up text: elements of one kind that each say when, in XML, or as a table or a chat on a page (HTML)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from investigator.sources import _tree
from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._tree import Element, elements, is_page

EXAMPLE = """\
<?xml version="1.0" encoding="UTF-8"?>
<log>
  <logentry revision="31"><author>dana</author><date>2026-06-17T07:14:07.120Z</date><msg>serve DOC-1 &amp; others</msg></logentry>
  <logentry revision="32"><author>ivo</author><date>2026-06-17T07:20:00Z</date><msg>take that back</msg></logentry>
</log>
"""
EXPECT = {"events": 2, "kind": "log", "time": "2026-06-17T07:14:07.12", "body": "serve DOC-1 & others"}

LEAST, LONGEST = 2, 60  # elements with a time; characters of one
_DAY = r"(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}\.? [^\W\d]{3,12}\.?,? \d{4}|[^\W\d]{3,12}\.? \d{1,2},? \d{4})"
_TIME = re.compile(rf"{_DAY}[ T,].{{0,5}}\d\d?:\d\d|^1\d{{9}}(?:\d{{3}}){{0,3}}$")
_DATE = re.compile(rf"^\W*(?:[^\W\d]+,? )?{_DAY}\W*$")
#: What classes of a page call whoever wrote something, and the words; never a picture of them.
_WHO = ("author", "sender", "from", "speaker", "nickname", "nick", "username", "user", "name")
_SAID = frozenset("text content body message msg markup".split())
_PICTURE = frozenset("initials avatar userpic pic img icon image photo".split())
_NAMES = ("name", "key", "id", "field", "title")


def sure(head: Head) -> Sure:
    """Marks, and in them elements of one kind each of which says when."""
    if not re.match(r"\s*<[!?\w]", head.text):
        return Sure(0.0)
    found = _kind(head)
    return Sure(0.9 if found else 0.0, f"elements {found[0][-1]} that say when" if found else "")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record for each element of the kind; what stands around them is none of theirs."""
    head = content.head()
    found = _kind(head)
    page = is_page(head.text)
    if not found:
        yield Record({}, 1, reject="no elements of one kind that say when", text=head.text[:2000])
        return
    wanted, chat, classes = found
    unit, who = 0, ""
    names: list[str] = []
    try:
        for element in elements(content.blocks(), wanted, page=page):
            unit += 1
            kind = "message" if chat else ""
            if wanted[-1] == "tr":
                names, fields = _cells(element, names)
            elif page:
                fields = _said(element, chat)
                who = fields.get("user") or who
                fields["user"] = (who if fields.get("time") else "") or None
            else:
                fields = dict(_fields(element))
            if not fields or (page and not any(fields.values())):
                yield Record({}, unit, structural="header" if wanted[-1] == "tr" else "blank", kind=kind)
            elif page and wanted[-1] != "tr" and not fields.get("time") and _class(element) not in classes:
                yield Record({}, unit, structural="other", kind=kind)
            elif page and not fields.get("time") and _DATE.match(fields.get("body") or ""):
                yield Record({}, unit, structural="day", kind=kind)
            else:
                yield Record(fields, unit, kind=kind)
    except (ValueError, AssertionError) as error:
        yield Record(
            {}, unit + 1, reject=str(error)[:200], text=head.text[:2000], kind="message" if chat else ""
        )


def _kind(head: Head) -> tuple[_tree.Path, bool, set[str]] | None:
    """Where the elements lie that come again and say when, whether people wrote to each other in them, and their classes."""
    page = is_page(head.text)
    try:
        (root,) = elements([head.text.encode()], None, page=page)
    except (ValueError, AssertionError):
        return None
    places: dict[_tree.Path, list[Element]] = {}
    for path, element in _places(root, ()):
        places.setdefault(path, []).append(element)
    counts = {path: len(found) for path, found in places.items() if path and len(found) >= LEAST}
    if not counts:
        return None
    wanted = max(counts, key=lambda path: (counts[path], -len(path)))
    while len(wanted) > 1 and wanted[-1] in ("td", "th"):
        wanted = wanted[:-1]
    here = places[wanted]
    told = [_said(element, True) for element in here] if page and wanted[-1] != "tr" else []
    chat = sum(bool(one.get("user") and one.get("body")) for one in told) >= max(LEAST, 0.4 * len(here))
    return wanted, chat, {_class(element) for element in here}


def _places(element: Element, path: _tree.Path) -> Iterator[tuple[_tree.Path, Element]]:
    """Each element that says when, itself or in it, with where it lies."""
    for child in element.children:
        here = path if child.tag in ("thead", "tbody", "tfoot") else (*path, child.tag)
        if any(map(_time, child.all())):
            if here != path:
                yield here, child
            yield from _places(child, here)


def _time(element: Element) -> str:
    """The time that an element itself says: in an attribute, or as all that stands in it."""
    for said in (*element.attributes.values(), element.own):
        if len(said) <= LONGEST and _TIME.search(said) and "://" not in said:
            return said.strip()
    return ""


def _class(element: Element) -> str:
    return " ".join(element.attributes.get("class", "").split()[:1])


def _tokens(element: Element) -> set[str]:
    return set(re.split(r"[\s_-]+", element.attributes.get("class", "").casefold()))


def _said(element: Element, chat: bool) -> dict[str, str | None]:
    """What an element of a page says: when, and who said what, where its classes tell."""
    timed = [one for one in element.all() if _time(one)]
    fields: dict[str, str | None] = {"time": _time(timed[0]) if timed else None}
    named = [
        (_WHO.index(rank), place, one)
        for place, one in enumerate(element.all())
        if one is not element
        and not _tokens(one) & _PICTURE
        and (rank := next((w for w in _WHO if w in _tokens(one)), ""))
        if one.own and not _time(one)
    ]
    if chat and named:
        fields["user"] = min(named, key=lambda one: one[:2])[2].words()
    apart = {id(one) for one in timed} | {id(one) for _, _, one in named}
    marked = [one for one in element.all() if _tokens(one) & _SAID and id(one) not in apart]
    inner = [one for one in marked if not any(two is not one and two in marked for two in one.all())]
    texts = [one.words(lambda part: id(part) in apart) for one in (inner if chat and inner else [element])]
    fields["body"] = "\n".join(filter(None, texts)) or None
    return fields


def _cells(row: Element, names: list[str]) -> tuple[list[str], dict[str, str | None]]:
    """The names of a table's columns, and the cells of a row by them; none of a row that names them."""
    cells = [cell for cell in row.children if cell.tag in ("td", "th")]
    texts = [cell.words().replace("\n", " ") for cell in cells]
    timed = any(_time(one) for one in row.all())
    if not timed and texts and (all(cell.tag == "th" for cell in cells) or (not names and all(texts))):
        return texts, {}
    told = names if len(names) == len(texts) else [f"column {n}" for n in range(1, len(texts) + 1)]
    return names, {name: text or None for name, text in zip(told, texts, strict=True)}


def _fields(element: Element, prefix: str = "") -> Iterator[tuple[str, str | None]]:
    """An element's attributes and what lies in it, by their names; what comes again gets a number."""
    seen: Counter[str] = Counter()
    pairs = [(key, value) for key, value in element.attributes.items()]
    for child in element.children:
        held = {name.casefold(): said for name, said in child.attributes.items()}
        key = next((held[name] for name in _NAMES if held.get(name)), "")
        value = child.own or child.attributes.get("value", "")
        if not child.children and key and value:
            pairs.append((key, value))
        elif child.children or child.attributes:
            pairs += [(name, said or "") for name, said in _fields(child, child.tag)]
        else:
            pairs.append((child.tag, value))
    if prefix and element.own:
        yield prefix, element.own
    elif element.own and not element.children:
        pairs.append(("text", element.own))
    for key, value in pairs:
        seen[key] += 1
        name = f"{prefix}.{key}" if prefix else key
        yield (name if seen[key] == 1 else f"{name} {seen[key]}"), value or None


FORMAT = Records(read, listing=True, quoted=True)
