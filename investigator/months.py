"""Names of months, short and long, in English, German, French, Spanish, Italian, Portuguese and Dutch: one table for all."""

from __future__ import annotations

#: As logs write them, January first.
SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

#: The first letters of months, without accents.
_STARTS = {
    **dict.fromkeys("jan ene gen".split(), 1),
    **dict.fromkeys("feb fev".split(), 2),
    **dict.fromkeys("mar mrz maer mrt maa".split(), 3),
    **dict.fromkeys("apr avr abr".split(), 4),
    **dict.fromkeys("may mai mei mag".split(), 5),
    **dict.fromkeys("jun juin giu".split(), 6),
    **dict.fromkeys("jul juil lug".split(), 7),
    **dict.fromkeys("aug aou ago".split(), 8),
    **dict.fromkeys("sep set".split(), 9),
    **dict.fromkeys("oct okt ott out".split(), 10),
    **dict.fromkeys("nov".split(), 11),
    **dict.fromkeys("dec dez dic".split(), 12),
}
_ACCENTS = str.maketrans("áàâäãéèêëíîïóôöõúùûüçñ", "aaaaaeeeeiiioooouuuucn")
_LONG = frozenset(
    "january february march april august september sept october november december "
    "januar jaenner februar maerz marz juni juli oktober dezember "
    "janvier fevrier avril juillet septembre octobre novembre decembre "
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre "
    "janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro "
    "januari februari maart augustus".split()
)


def number(word: str) -> int | None:
    """The number of a month's name short or long; None where it is none."""
    plain = word.lower().rstrip(".").translate(_ACCENTS)
    if plain.startswith("juin"):
        return 6
    if plain.startswith("juil"):
        return 7
    found = _STARTS.get(plain[:4]) or _STARTS.get(plain[:3])
    # `market 12` begins as March does: a long word has to be a month's.
    return found if found and (len(plain) <= 4 or plain in _LONG) else None


def written(word: str) -> int:
    """The number of a month as logs write it, Jun for 6; raises ValueError for another word."""
    return SHORT.index(word) + 1
