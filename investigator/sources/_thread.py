"""Who wrote what in a mail that quotes and forwards others: each part by its own sender, told by its own head.

Words belong to the one whose head they stand under, at their depth of `>`. Where no head stands over a quote nobody is
known to have said it: it never falls to the one who quotes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from investigator import months
from investigator.sources._dates import find

#: The kind of events that mails are, also those of a table.
KIND = "mail"
_QUOTE = re.compile(r"^((?:[ \t]?>)*)[ \t]?(.*)$")
_ADDRESS = re.compile(
    r"[<(\[]?(?:mailto:)?(?P<address>[\w.+'-]+@[\w-]+(?:\.[\w-]+)*)(?:<mailto:[^>]*>)?[>)\]]*"
)
#: `wrote`, as clients say it below, after or before a name.
_VERB = re.compile(
    r"(?<!\w)(?:wrote|writes|schrieb|schreibt|a écrit|écrit|escribió|escribio|ha scritto|scrive|schreef|escreveu|skrev|skreiv|"
    r"kirjoitti|napisał\(?a?\)?|napsal\(?a?\)?|napísal\(?a?\)?|написал\(?а?\)?|пишет|yazdı|ezt írta|a scris|έγραψε|pisze|"
    r"va escriure)(?!\w)|写道|寫道|님이 작성|のメール|さんが書きました|wrote"
)
_CLOCK = re.compile(
    r"(?<![\d.:])\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?![\d:])(?:[ \u202f\u00a0]?[AaPp]\.?[Mm]\b\.?)?(?:[ ]?(?:Uhr|uur|h)\b)?"
    r"(?:[ ]?\(?(?:UTC|GMT|Z|[A-Z]{2,4}T|MESZ|MEZ|MSK)\b\)?)?(?:[ ]?\(?[+-]\d{2}:?\d{2}(?!\d)\)?)?(?:[ ]?\([A-Z]{2,5}\))?"
)
_YEAR = r"(?:19|20)\d\d"
_DAY = re.compile(
    rf"(?<!\d){_YEAR}[-/.年년]\s?\d{{1,2}}[-/.月월]\s?\d{{1,2}}[日일]?(?!\d)"
    rf"|(?<!\d)\d{{1,2}}[./-]\s?\d{{1,2}}[./-]\s?(?:{_YEAR}|\d\d)(?!\d)"
    rf"|(?<!\d)\d{{1,2}}(?:st|nd|rd|th|\.|º)?,?[ ]+(?:de |of )?[^\W\d_]+\.?,?[ ]+(?:de |del )?{_YEAR}(?!\d)(?:[ ]?г\.?)?"
    rf"|[^\W\d_]+\.?[ ]+\d{{1,2}}(?:st|nd|rd|th)?\.?,?[ ]+{_YEAR}(?!\d)"
    rf"|(?<!\d){_YEAR}\.?[ ]+[^\W\d_]+\.?[ ]+\d{{1,2}}\.?(?!\d)"
)
#: How clients begin a line that says who wrote what follows without marks of quoting.
_OPENS = re.compile(
    r"^\W*(?:On|Am|Le|El|Il|Op|Em|Den|No dia|Il giorno|Dnia|W dniu|Dne|Ke|În|A)?\W*(?:[^\W\d_]{2,12}\.?,? ){0,2}\d"
)
#: How clients mark off a mail that they forward, whether its head follows or not.
_FORWARD = re.compile(
    r"^\s*(?:[-_=*]{2,}[^\d]{0,24}?(?:original|forwarded|ursprüngliche|weitergeleitete|d'origine|transféré|reenviado|inoltrato|"
    r"doorgestuurd|oorspronkelijk|encaminhada|vidarebefordrat|videresendt|videresendte|przekazana|oryginalna|přeposlaná|"
    r"původní|пересылаемое|исходное|alkuperäinen|välitetty|iletilen|özgün|转发|原始|転送|원본)[^\d]{0,30}[-_=*]{2,}"
    r"|(?:Begin forwarded message|Anfang der weitergeleiteten Nachricht|Début du message (?:transféré|réexpédié)|"
    r"Inicio del mensaje reenviado|Inizio messaggio inoltrato)\s?:)\s*$",
    re.I,
)
_RULE = re.compile(r"^\s*_{10,}\s*$")
_HEAD = re.compile(r"^\*{0,2}(?P<key>[^\W\d_][^:：\d]{0,20}?)\s?\*{0,2}\s?[:：]\*{0,2}\s*(?P<value>.*)$")
_KEYS = {
    "from": "from von de da van från fra od от kimden lähettäjä feladó nadawca expéditeur remitente mittente 发件人 寄件者 差出人 "
    "보낸사람 afzender avsändare odesílatel",
    "time": "sent date gesendet datum envoyé enviado enviada enviadoel enviadaem inviato verzonden skickat sendt wysłano data fecha "
    "dato отправлено дата 发送时间 發送日期 送信日時 日付 보낸날짜 odesláno lähetetty päiväys gönderildi gönderilen tarih "
    "elküldve dátum datesent päivämäärä 日期",
    "to": "to an à a para aan till til do кому 收件人 宛先 받는사람 komu vastaanottaja kime címzett pour destinatario",
    "subject": "subject betreff objet asunto oggetto onderwerp assunto ämne emne temat тема 主题 主旨 件名 제목 předmět aihe konu "
    "tárgy rubrik",
    "": "cc kopie copie kopia копия 抄送 副本 replyto antwortan responderà bcc bc attachments anlagen importance wichtigkeit cci "
    "kopi udw priority",
}
_ROLES = {word: role for role, words in _KEYS.items() for word in words.split()}


def columns(keys: Sequence[str]) -> dict[str, str]:
    """The columns of a table of mails by what they say: from, to, subject; the first of each. None where it is of none."""
    found: dict[str, str] = {}
    for key in keys:
        word = re.sub(r"\([^)]*\)|[\W_]", "", key).casefold()
        if _ROLES.get(word) in ("from", "to", "subject"):
            found.setdefault(_ROLES[word], key)
    return found if len(found) == 3 else {}


#: Beginnings of months where mails are written in other languages than those of logs, January first.
_MONTHS = (
    "янв sty led oca tam ιαν",
    "фев lut úno şub hel φεβ",
    "мар březen mars maal μαρ",
    "апр kwi dub nis huh απρ",
    "май мая maj kvě touko μαϊ",
    "июн cze červen haz kesä ιουν",
    "июл lip července tem heinä ιουλ",
    "авг sie srp ağu elo αυγ",
    "сен wrz zář eyl syys σεπ",
    "окт paź říj eki loka οκτ",
    "ноя lis listopad kas marras νοε",
    "дек gru pros ara joulu δεκ",
)
_WRAPPED_FROM = 60  # characters from which a client may have broken a quoted line
_LINES = 10  # of a head, at most


@dataclass
class Part:
    """One mail in a text: where it begins, who wrote it and when, as far as its head says, and its words."""

    line: int  # from 0
    sender: str | None = None
    time: str | None = None  # as 2026-06-17 09:14, without a zone where the head names none
    to: str | None = None
    subject: str | None = None
    headed: bool = False  # whether a head stands over it
    direct: bool = False  # whether that head was written by the client of the first mail
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What was written, without the marks of quoting."""
        return "\n".join(self.words).strip()


def split(lines: list[str]) -> list[Part]:
    """The mails in these lines, each where its head or its first line stands.

    The first is what stands outside all others, also where that is nothing. A part that comes back after words of
    somebody else is still one.
    """
    depths, plain = _unquoted(lines)
    top = Part(0)
    out, owners = [top], {0: top}
    at = depth = 0
    while at < len(plain):
        if not plain[at]:
            owners[depth].words.append("")
            at += 1
            continue
        depth = depths[at]
        size, part = _begins(plain, depths, at)
        if part is not None:
            below = _next(plain, at + size)
            part.direct = len(out) == 1
            depth += below is not None and depths[below] > depth
            owners = {d: owner for d, owner in owners.items() if d < depth} | {depth: part}
            out.append(part)
            at += size
            continue
        if depth not in owners:
            owners[depth] = Part(at)
            out.append(owners[depth])
        owners[depth].words.append(plain[at])
        at += 1
    told = [part for part in out[1:] if part.headed or part.text]
    return [top, *sorted(told, key=lambda part: part.line)]


def _unquoted(lines: list[str]) -> tuple[list[int], list[str]]:
    """How deep each line is quoted, and what it says. A line that a client broke is as deep as its beginning."""
    depths, plain = [], []
    for line in lines:
        match = _QUOTE.match(line)
        marks, said = (match[1], match[2]) if match else ("", line)
        depths.append(marks.count(">"))
        plain.append(said.rstrip() if said.strip() else "")
    for at in range(1, len(lines) - 1):
        before = depths[at - 1]
        broken = (
            depths[at] < before == depths[at + 1]
            and len(lines[at - 1]) >= _WRAPPED_FROM
            and plain[at - 1]
            and plain[at][:1].islower()
            and plain[at + 1]
        )
        if broken:
            depths[at] = before
    return depths, plain


def _next(plain: list[str], at: int) -> int | None:
    return next((place for place in range(at, len(plain)) if plain[place]), None)


def _begins(plain: list[str], depths: list[int], at: int) -> tuple[int, Part | None]:
    """How many lines the head of a mail takes here, and the mail without its words; none where none begins."""
    head = _attributed(plain, depths, at) or _headed(plain, depths, at)
    return head or (0, None)


def _attributed(plain: list[str], depths: list[int], at: int) -> tuple[int, Part] | None:
    """`On ..., ... wrote:`, in whatever language; clients break it over up to three lines."""
    for size in (1, 2, 3):
        lines = plain[at : at + size]
        if len(lines) < size or not all(lines) or len(set(depths[at : at + size])) > 1:
            return None
        text = " ".join(line.strip() for line in lines)
        if not text.endswith((":", "：")) or len(text) > 300:
            continue
        begun = lines[0]
        if size > 1 and not (_ADDRESS.search(begun) or _DAY.search(begun)):
            continue
        if size > 1 and any(_attributed(plain, depths, later) for later in range(at + 1, at + size)):
            return None
        below = _next(plain, at + size)
        quotes = below is not None and depths[below] > depths[at]
        verb, dated, address = _VERB.search(text), _DAY.search(text), _ADDRESS.search(text)
        told = (dated and (address or verb)) or (verb and len(text) < 120)
        plainly = verb and dated and (address or (_OPENS.match(text) and _CLOCK.search(text)))
        if (quotes and told) or plainly:
            sender, when = _person(text.rstrip(":： ")), _when(text)
            if sender or when:
                return size, Part(at, sender, when, headed=True)
    return None


def _person(text: str) -> str | None:
    """Who is named in a line that says who wrote, without day, clock and verb."""
    address = _ADDRESS.search(text)
    verb = _VERB.search(text)
    cuts = [match.end() for shape in (_DAY, _CLOCK) for match in shape.finditer(text)]
    if address:
        before = text[: address.start()]
        low = max(
            [end for end in cuts if end <= len(before)]
            + ([verb.end()] if verb and verb.end() <= len(before) else []),
            default=0,
        )
        name = _bare(before[low:])
        return f"{name} <{address['address']}>" if name else address["address"]
    if verb is None:
        return None
    after, before = _bare(text[verb.end() :]), text[: verb.start()]
    if after and not _DAY.search(after) and not _CLOCK.search(after):
        return after
    low = max((end for end in cuts if end <= len(before)), default=0)
    return _bare(before[low:]) or None


def _bare(name: str) -> str:
    """A name without what clients put around it."""
    name = re.sub(r"^[\s,;:.\"'“”„«»<(\[*]+|[\s,;:\"'“”„«»<(\[*]+$", "", name)
    name = re.sub(r"^(?:um|at|von|odesílatel|użytkownik|uživatel|à|le|[A-Z]{3,4}T)\s+(?=\S)", "", name)
    return name if re.search(r"\w", name) else ""


def _headed(plain: list[str], depths: list[int], at: int) -> tuple[int, Part] | None:
    """`From: ... Sent: ... To: ... Subject: ...`, in whatever order, language and after whatever marks it off."""
    first = at
    announced = bool(_FORWARD.match(plain[at]))
    if announced or _RULE.match(plain[at]):
        first += 1
        while first < len(plain) and first - at < 3 and not plain[first]:
            first += 1
    fields: dict[str, str] = {}
    end = first
    key = ""
    while end < len(plain) and end - first < _LINES and plain[end] and depths[end] >= depths[at]:
        match = _HEAD.match(plain[end].strip())
        role = _ROLES.get(re.sub(r"[\s-]", "", match["key"]).lower()) if match else None
        if match and role is not None:
            key = role
            if role:
                fields.setdefault(role, match["value"].strip().strip("*").strip())
        elif not (key in ("to", "") and fields and ("@" in plain[end] or ";" in plain[end])):
            break
        end += 1
    mailed = "subject" in fields or any("@" in value for value in fields.values())
    if "from" in fields and "time" in fields and mailed:
        part = Part(
            at, _named(fields["from"]), _when(fields["time"]), fields.get("to"), fields.get("subject"), True
        )
        return end - at, part
    return (1, Part(at, headed=True)) if announced else None


def _named(value: str) -> str | None:
    """Who a head names: a name and an address, or one of them."""
    address = _ADDRESS.search(value)
    name = _bare(value[: address.start()] if address else value)
    if address is None:
        return name or None
    return f"{name} <{address['address']}>" if name and name != address["address"] else address["address"]


def _when(text: str) -> str | None:
    """The time that a head names as loading reads it; None where it is written in no way that is known."""
    day, clock = _DAY.search(text), _CLOCK.search(text)
    if day is None or clock is None:
        return None
    later = [match for match in _CLOCK.finditer(text) if match.start() >= day.end()]
    clock = later[0] if later else clock
    said = re.sub(r"[ ]?(?:Uhr|uur|h)\b", "", clock[0])
    said = re.sub(r"^(\d{1,2})\.(\d{2})", r"\1:\2", said)
    if half := re.search(r"(오전|오후|上午|下午|午前|午後)\s?$", text[: clock.start()]):
        said += " PM" if half[1] in ("오후", "下午", "午後") else " AM"
    found = find(f"{_numbered(day[0])} {said}")
    return found.time if found else None


def _numbered(day: str) -> str:
    """A day with its month as a number or an English word."""
    if match := re.match(rf"^({_YEAR})\D+?(\d{{1,2}})\D+?(\d{{1,2}})\D?$", day):
        return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"
    if match := re.match(r"^(\d{1,2})([./-])\s?(\d{1,2})[./-]\s?(\d{2,4})$", day):
        year = match[4] if len(match[4]) == 4 else f"20{match[4]}"
        return f"{match[1]}{match[2]}{match[3]}{match[2]}{year}"
    for word in re.findall(r"[^\W\d_]+", day):
        number = months.number(word) or next(
            (n for n, starts in enumerate(_MONTHS, 1) if word.lower().startswith(tuple(starts.split()))), None
        )
        if number:
            year = re.search(_YEAR, day)
            other = re.search(r"(?<!\d)\d{1,2}(?!\d)", day)
            if year and other:
                return f"{int(other[0])} {months.SHORT[number - 1]} {year[0]}"
    return day
