"""Names of months, short and long, in the languages of Europe: one table for all."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

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


#: Further languages, January first, as they stand in dates: Polish, Czech, Russian, Ukrainian, Turkish, Greek, Finnish,
#: Hungarian, Romanian, Swedish, Danish.
_FURTHER = (
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
    "január február március április május június július augusztus szeptember október november december",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november december",
)
#: The long names as they stand in dates of the languages that are not English or German, with their accents.
WRITTEN = tuple(
    "janvier février fevrier mars avril mai juin juillet août aout septembre octobre novembre décembre decembre "
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre "
    "janeiro fevereiro março maio junho julho setembro outubro novembro dezembro "
    "januari februari maart april mei juni juli augustus oktober december".split()
) + tuple(word for words in _FURTHER for word in words.split())

#: Short ones that are words elsewhere, too: only where all else is a date.
_SHORTER = (
    "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "янв фев мар апр мая июн июл авг сен окт ноя дек",
    "oca şub mar nis may haz tem ağu eyl eki kas ara",
    "ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
)


@lru_cache(maxsize=1 << 12)
def _plain(word: str) -> str:
    """A word in small letters without accents."""
    said = unicodedata.normalize("NFKD", word.lower().rstrip(".").replace("ı", "i").replace("ł", "l"))
    return "".join(c for c in said if not unicodedata.combining(c))


_MORE = {_plain(word): at for words in _FURTHER for at, word in enumerate(words.split(), 1)}
_MORE_SHORT = {_plain(word): at for words in _SHORTER for at, word in enumerate(words.split(), 1)}


def shortened(word: str) -> int | None:
    """The number of a month's short name in further languages: for a text that is a date and nothing else."""
    return _MORE_SHORT.get(_plain(word))


@lru_cache(maxsize=1 << 12)
def number(word: str) -> int | None:
    """The number of a month's name short or long; None where it is none."""
    if len(word) > 2 and (more := _MORE.get(_plain(word))):
        return more
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
