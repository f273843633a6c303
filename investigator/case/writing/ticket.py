"""The ticket that lies among the files: what somebody wrote to whoever looks, and the things that it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from investigator.sources._format import Head

#: A ticket is no longer; so many files are opened for one; so much of each, and of all, is searched for what it names.
LONGEST, FILES, SEARCHED, OF_ALL = 40_000, 300, 4_000_000, 64_000_000
#: A line of a ticket that no other file has is longer.
SENTENCE = 60
#: Bytes of each file in which its zone may be named.
HEAD = 4096
#: What names one thing stands in the other files a few times; a code or a year stands there often.
OFTEN = 300
#: What stands in a part of so many lines as another id that is named is what was asked about.
RARELY = 3
#: A word with digits, whatever marks it has: DOC-4711, LD/2026/004636.
_NAMED = re.compile(r"(?<![\w./-])[^\W_](?:[\w./#:-]*\w)?")
#: Letters with numbers in groups behind them, whatever stands between these: C0217 26 841304, bg 2026 / 606, 52207 / 420.
_GROUPED = re.compile(
    r"(?<![\w./-])(?:[A-Z][A-Z0-9-]*\d(?: \d{2,}(?!\w)){1,3}|[A-Z]{1,6}(?: \d{2,}){2,5}(?:[./-]\d+)?(?![\w:])|"
    r"(?:[A-Za-z]{1,6} )?\d{3,}(?: [/-] \d{2,})+(?![\w:])|[A-Z]{1,6} \d[\d./-]*\d{2}(?![\w:]|[./-]\d))"
)
#: A short number that is said to be one: "bib no. 415", "dorsal nº 415".
_SHORT = re.compile(
    r"(?i)(?:\bn[°ºo]|\bnr|\bnum|\bnumber|\bnummer|\bnuméro|\bnúmero|№|#)[. ]*(\d{3,4})(?![\w/-]|[.,:]\d)"
)
_PARTS, MARK = re.compile(r"[^\W\d_]+|\d+"), r"[-_/.:# ]?"
#: What may stand before the number that a ticket names alone: 70663 is BR00070663.
_LEADING = r"(?:[^\W\d_]{1,6}[-_/.:#]?)?0*"
#: What people call a ticket that they save, and where they write so; a chat of colleagues is longer.
_CALLED = re.compile(
    r"(?i)(?<![^\W\d_])(?:ticket|e?-?mail|courriel|courrier|correo|(?:web|contact|kontakt)?-?_?form(?:ular(?:io)?)?|request|complaint|inquiry|customer|support|help ?desk|"
    r"(?:phone|tele(?:phone|fon)|call)[ _-]?(?:note|call|memo|log|notiz|gespräch)?|anruf|appel|llamada|telefonata|chamada|zgłoszenie|rozmowa|"
    r"anfrage|beschwerde|reklamation|kund[ei]n?|demande|plainte|client|cliente|solicitud|reclamaci[oó]n|richiesta|reclamo|"
    r"pedido|chamado)(?![^\W\d_])"
)
_WRITTEN, SHORT = ("", ".txt", ".md", ".eml", ".msg"), 4_000
#: Some words and the end of a sentence.
_SPOKEN = re.compile(r"(?:[^\W\d_](?:[^\W\d_]|['’])+[,;:]? ){3}[^\n]*[.?!]")
_NOTED = re.compile(r"(?m)^.*?(?:[^\W\d_]{2,}[,;:]? ){4}.*$")
_MAIL = re.compile(
    rb"(?im)^(?:from|von|de|da|van|od|fra|date|datum|data|fecha|sent|gesendet|enviado|inviato|verzonden)[ \xc2\xa0]{0,3}:.*\n(?:[^\n]+\n){0,8}"
    rb"(?:subject|betreff|objet|asunto|assunto|oggetto|onderwerp|temat|to|an|\xc3\x80|\xc3\xa0|a|para|aan|do|til|date|datum|data|fecha)[ \xc2\xa0]{0,3}:"
)
#: A day, a clock, a host or an amount, or a short number.
_NO_ID = re.compile(
    r"\d{1,4}|\d{1,2}[-. ][^\W\d_]{3,9}[-. ]\d{4}|\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./](?:\d\d){1,2}|\d{1,2}[:.h]\d\d.*|\d{1,3}(?:[.,]\d{3})+|https?:.*"
)


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, those of folders included, hidden ones apart."""
    for path in paths:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (one for one in found if one.is_file() and not one.name.startswith("."))


def ticket_in(paths: Iterable[Path]) -> str:
    """The words of the one ticket or mail among these files; nothing where there is none, or more than one.

    A mail, then whole words below the time at which somebody wrote them, come before other words; of several the one is
    taken that is called a ticket, a mail, a form. A chat only so, because colleagues chat, too, or where nobody wrote
    otherwise and it is the one chat that says by when something is needed.
    """
    from investigator import natural_times
    from investigator.errors import KitError
    from investigator.events import schema
    from investigator.load.content import Content
    from investigator.load.recognise import form_of, recognise
    from investigator.sources._mail import as_pasted

    mails, addressed, called, letters, chats = [], [], [], [], []
    for path in islice(files_of(paths), FILES):
        called_so = bool(_CALLED.search(path.stem))
        if path.stat().st_size > LONGEST:
            continue
        how = _addressed(path.read_bytes(), called=called_so)
        if not how and (path.suffix.lower() not in _WRITTEN or path.stat().st_size > SHORT):
            continue
        try:
            name, _, head = recognise(Content(path))
        except KitError:
            continue
        kind, words = form_of(name).kind, as_pasted(head.data) or _filled_in(head) or head.text
        if kind == "message" and natural_times.deadlines(words, zone_name="UTC"):
            chats.append(words)
        if not how:
            continue  # a chat has no ends of sentences
        if kind in schema.LETTER_KINDS:
            letters.append(words)
            if how in ("mail", "addressed"):
                addressed.append(words)
            if how == "mail":
                mails.append(words)
        written = (path.suffix.lower() in _WRITTEN or _filled_in(head)) and len(words) < SHORT
        if (kind in schema.LETTER_KINDS or written) and called_so:
            called.append(words)
    found = [called, mails, addressed, letters, *([] if letters else [chats])]
    return next((one[0] for one in found if len(one) == 1), "")


def _filled_in(head: Head) -> str:
    """The fields of a form that a site sends as one object, a line each, and what was said in a chat on the site, in
    order, or in a list of messages; empty where it is none."""
    found = head.json if head.text.lstrip("\ufeff \r\n")[:1] in ("{", "[") else None
    found = {"": found} if isinstance(found, list) else found
    if not isinstance(found, dict):
        return ""
    lines = [f"{key}: {one}" for key, one in found.items() if isinstance(one, str | int | float)]
    for messages in (one for one in found.values() if isinstance(one, list)):
        for message in (one for one in messages if isinstance(one, dict)):
            texts = [str(one) for one in message.values() if isinstance(one, str | int | float)]
            # Who and when stand beside the words, and are shorter.
            words = max(texts, key=lambda text: (len(text.split()), len(text)), default="")
            who = next((text for text in texts if text != words and not text[:1].isdigit()), "")
            lines.append(f"{who}: {words}" if who else words)
    return "\n".join(lines) if any(_SPOKEN.search(line) for line in lines) else ""


def zone_beside(paths: Iterable[Path]) -> tuple[str, str]:
    """The one place whose clock these files name at their heads, and the first file that does; empty where none or several."""
    from investigator.load.stated import zone_in_lines

    found: dict[str, str] = {}
    for path in islice(files_of(paths), FILES):
        with path.open("rb") as file:
            text = file.read(HEAD).decode("utf-8", errors="replace")
        place, _ = zone_in_lines(text) if text[:1] not in "{[" else ("", "")
        if "/" in place:
            found.setdefault(place, path.name)
    return next(iter(found.items())) if len(found) == 1 else ("", "")


def _addressed(data: bytes, *, called: bool) -> str:
    """Whether this may be a ticket: a mail's head, or whole words below the time at which somebody wrote them, or words.

    What is called one may be notes, without the ends of sentences.
    """
    from investigator.natural_times import head_time

    if _MAIL.search(data):
        return "mail"
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="replace")
    if not _SPOKEN.search(text) and not (called and len(_NOTED.findall(text)) > 1):
        return ""
    return "addressed" if head_time(text.splitlines()) is not None else "spoken"


def named_in(words: str, paths: Iterable[Path]) -> list[str]:
    """The ids that the words name and these files know, in the order of the words and as they spell them.

    The same letters and numbers with other marks between them are the same id: LD/2026/004636 and LD2026004636.
    """
    said = dict.fromkeys(
        word
        for word in (*_GROUPED.findall(words), *_NAMED.findall(_GROUPED.sub("", words)))
        if sum(map(str.isdigit, word)) > 2 and not _NO_ID.fullmatch(word)
    )
    said |= dict.fromkeys(_SHORT.findall(_GROUPED.sub("", words)))
    if not said:
        return []
    any_of = re.compile(
        rf"(?i)\b(?:{'|'.join(_spelled(word) for word in sorted(said, key=len, reverse=True))})\b"
    )
    # The ticket itself, also where what is in front of its lines is written otherwise.
    own = [line.strip()[-SENTENCE:] for line in words.splitlines() if len(line.strip()) > SENTENCE]
    count, left = Counter[str](), OF_ALL
    for path in islice(files_of(paths), FILES):
        with path.open("rb") as file:
            text = file.read(min(SEARCHED, left)).decode("utf-8", errors="replace")
        left -= len(text)
        if not any(line in text for line in own):
            count.update(found[0] for found in any_of.finditer(text))
        if left <= 0:
            break
    told = {word: one for word in said if (one := _as_filed(word, count))}
    # Two of one kind that the ticket spells in two ways are as the files spell them.
    shapes = Counter(_shape(word) for word in told)
    for word in told:
        if any(_letters(word) == _letters(one) and _shape(word) != one for one in shapes):
            same = [one for one in count if _bare(one) == _bare(word)]
            told[word] = max(same, key=count.__getitem__, default=told[word])
    # A number that is the end of another word that is named is that word.
    whole = {
        word: one
        for word, one in told.items()
        if not (word.isdigit() and any(word in w for w in told if w != word))
    }
    often = {
        one: sum(times for found, times in count.items() if re.fullmatch(_spelled(word), found, re.I))
        for word, one in whole.items()
    }
    # The thing in question stands in fewer lines than what it belongs to: a ship, an account.
    return sorted(dict.fromkeys(whole.values()), key=lambda one: RARELY * often[one] > max(often.values()))


def _spelled(word: str) -> str:
    """As whom files may know it: with other marks, and zeros before its numbers. The letters before numbers that stand in
    groups may be other ones; a long number behind letters may stand in groups."""
    parts = _PARTS.findall(word)
    numbers = [part for part in parts if part.isdigit()]
    other = len(numbers) > 1 and len(parts) == len(numbers) + 1 and not parts[0].isdigit()
    bare = other and sum(map(len, numbers)) > 6 and numbers[0] != numbers[-1]
    if bare:
        return rf"(?:[^\W\d_]{{1,6}}[-_/.:#]?|{re.escape(parts[0])} )?" + MARK.join(
            rf"0*{part.lstrip('0')}" for part in numbers
        )
    long = len(parts) == 2 and not parts[0].isdigit() and len(parts[1]) > 5
    spelled = [
        part
        if not part.isdigit()
        else "0*" + r"[-_/.:]?".join(part.lstrip("0"))
        if long
        else rf"0*{part.lstrip('0')}"
        for part in parts
    ]
    return (_LEADING if word.isdigit() else "") + MARK.join(spelled)


def _as_filed(word: str, count: Counter[str]) -> str:
    """The word, or what the files make of a number alone; nothing where they don't know it, or have it at every turn."""
    same = {
        found: times for found, times in count.items() if re.fullmatch(_spelled(word), found, re.IGNORECASE)
    }
    if not 0 < sum(same.values()) <= OFTEN:
        return ""
    alike = {_bare(found) for found in same}
    most = max(same, key=lambda found: (_letters(found) == _letters(word), same[found], found == word))
    if word.isdigit():
        return word if word in same else most if len(alike) == 1 else ""
    return word if _bare(most) == _bare(word) else most


def _shape(word: str) -> str:
    return re.sub(r"\d+", "0", word).lower()


def _letters(word: str) -> str:
    return "".join(part.lower() for part in _PARTS.findall(word) if not part.isdigit())


def _bare(word: str) -> str:
    return "".join(_PARTS.findall(word)).lower()
