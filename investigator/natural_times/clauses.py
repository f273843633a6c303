"""What the words around a time say of it: that it is an end, a beginning, an hour of the past, of an office, of a call.

English and German whole; of French, Spanish, Portuguese, Italian, Dutch and Polish what stands before an end, and what
somebody needs.
"""

from __future__ import annotations

from investigator.natural_times.hours import BEGINS
from investigator.natural_times.shape import Shape
from investigator.natural_times.vocabulary import DAYS, FEAST, HALVES, INSTANTS, NUMBERS, WEEKDAYS


def any_of(words: str, *, after: str = r"(?![\wÀ-ÿ])") -> Shape:
    return Shape(rf"(?i)(?<![\wÀ-ÿ])(?:{words}){after}")


#: Directly before a time: it is the end of something.
UNTIL = Shape(
    r"(?i)(?<![\wÀ-ÿ])(?:by|until|till|til|before|prior\s+to|ahead\s+of|up\s+to|no(?:t)?\s+later\s+than|nlt|at\s+the\s+latest(?:\s+(?:by|at))?|latest|within|"
    r"bis(?:\s+(?:zum|spätestens|einschließlich))?|spätestens(?:\s+bis)?|vor|binnen|innerhalb|"
    r"avant|d['’]ici(?:\s+à)?|jusqu['’]à|au\s+plus\s+tard|antes\s+d(?:el?|[ao]s?)|hasta|a\s+más\s+tardar|entro|prima\s+d(?:i|el(?:le)?)|"
    r"fino\s+alle|al\s+più\s+tardi|até|o\s+mais\s+tardar|voor|uiterlijk)"
    r"(?:\s+(?:le|l[ao]s|el|il|alle|às|as|om|the|end\s+of|at|on|um|am|zum|dem|der|den|kommenden|about|around|close\s+of\s+business(?:\s+on)?|cob|"
    r"(?:its|their|our|your|ihr\w*|sein\w*|unser\w*)\s+(?:\w+\s+)?(?:close|end|deadline|closing|schluss|ende)\s*,?))*\s*[:,]?\s*$"
)
#: Between its day and its clock: heute bis 18 Uhr, demain avant midi.
UNTIL_WITHIN = Shape(
    r"(?i)(?<=[\s,])(?:by|before|until|till|bis|spätestens|vor|avant|jusqu['’]|antes\s+d(?:el?|[ao]s?)|hasta|até|prima\s+d(?:i|elle)|entro|voor|uiterlijk|do|przed)\s+(?=\S)"
)
#: Directly before a time, behind a "not" or a "nothing": it is the end of what is allowed.
NOT_PAST_IT = Shape(
    r"(?i)(?:\b(?:not|no|nothing|never|none|nobody|nicht|nichts|nie|keine?[nrs]?|niemand)\b|n't\b|\bcannot\b).*"
    r"\b(?:past|beyond|after|over|nach|über|later\s+than|longer\s+than|länger\s+als|später\s+als)(?:\s+(?:the|den|dem|der))?\s*$"
)
#: Directly before a time: it is a beginning, or the end of what nobody can meet.
SINCE = Shape(
    r"(?i)(?<![\wÀ-ÿ])(?:since|from|after|between|than|seit|ab|nach|zwischen|von|depuis|dès|à\s+partir\s+de|après|desde|a\s+partir\s+d[aeo]s?|después\s+d(?:el?|[ao]s?)|depois\s+d[aeo]s?|dall[ae]|dopo|sinds|vanaf|na|od)(?:\s+(?:the|about|dem|der|um|etwa|l[ae]s?|el|o))*\s*$"
)
NAMES = any_of(
    r"deadline|due|cut[- ]?off|time\s+limit|(?:filing|submission|closing)\s+(?:date|time|window)|frist|\w*frist|fällig|abgabe\w*|last\s+(?:possible\s+)?(?:moment|chance|call)|letzte[rnm]?\s+(?:mögliche[rn]?\s+)?(?:moment|zeitpunkt|chance|aufruf|möglichkeit)|\w*schluss|\w*ende|stichtag|"
    r"\w*termin|latest|expir\w+|einlass|date\s+limite|échéance|délai|au\s+plus\s+tard|plazo|vencimiento|a\s+más\s+tardar|scadenza|"
    r"al\s+più\s+tardi|prazo|o\s+mais\s+tardar|uiterlijk"
)
#: Directly behind a time, also after a comma: that is the end.
AT_LATEST = Shape(
    r"(?i)\s*,?\s*(?:at\s+the\s+(?:very\s+)?latest|spätestens|au\s+plus\s+tard|a\s+más\s+tardar|al\s+più\s+tardi|o\s+mais\s+tardar|uiterlijk|dernier\s+(?:carat|délai)|como\s+(?:muy\s+tarde|máximo)|no\s+máximo|impreterivelmente|najpóźniej|uiterlijk)"
)
GRANTS = any_of(r"gave|given|giv(?:e|es)|granted|grants?|extended|extends?|moved|moves?|set|sets|postponed|demand(?:s|ed)|asked|asks|"
               r"gab|gibt|gegeben|verlängert|verlegt|verschoben|gesetzt|setzt|gewährt|wants?|will|bittet")  # fmt: skip
ENDS = any_of(
    r"leaves?|departs?|sails?|goes\s+out|go\s+out|clos(?:e|es)|ends?|expires?|stops?|shuts?|lapses?|runs?\s+out|collects?|picks?\s+up|is\s+picked\s+up|"
    r"fährt|legt(?=.*\sab(?![a-zäöü]))|geht|gehen|holt|holen|abgeholt|schließt|schliesst|schließen|endet|enden|läuft\s+ab|läuft|verfällt|ablaufen|"
    r"sale[n]?|zarpa[n]?|cierra[n]?|vence[n]?|sai|saem|fecha(?=\s+às)|ferme|chiude|scade|vertrekt|sluit|verloopt|odpływa|odjeżdża|zamyka"
)
STARTS = any_of(
    r"starts?|begins?|opens?|takes?\s+off|arrives?|comes?|kommt|kommen|beginnt|beginnen|startet|starten|öffnet|fängt|legt|hebt|is|are|ist|sind"
)
#: Said of what is planned, or talked about then: nobody has to have anything by it.
MEETS = any_of(
    r"back|calls?|rings?|meets?|meeting|maintenance|update|release|zurück|ruft|rufen|besprechung|termin|wartung\w*|treffen|training|schulung|webinar|appointment|party|feier|visits?|"
    r"besuch\w*|rolls?\s+out|deploy\w*|migrat\w+|runs?|läuft"
)
NEEDS = any_of(
    r"must|(?:have|has|ve)\s+got|needs?|needed|have\s+to|has\s+to|should|shall|expects?|expected|requires?|required|wants?|wanted|awaits?|waits?|urgent|asap|please|kindly|pls|"
    r"is\s+to|are\s+to|(?:un)?less|otherwise|"
    r"muss|müssen|soll|sollen|brauch\w*|gebraucht|benötig\w*|erwarte[tn]?|verlang\w+|forder[tn]|dring\w*|bitte|sonst|"
    r"(?:vor|ab|ein|auf|nach|aus)zu[a-zäöüß]+en|zu\s+[a-zäöüß]+en|"
    # French, Spanish, Portuguese, Italian, Dutch, Polish
    r"doi(?:t|vent)|devons|exig\w+|faut|réclam\w+|attend(?:ent)?|besoin|sinon|impératif\w*|debe(?:n|mos)?|tien[ee]n?\s+que|tenemos\s+que|hay\s+que|necesita\w*|"
    r"piden?|urge\w*|si\s+no|deve(?:m|mos)?|tem(?:os)?\s+(?:que|de)|precisa\w*|pede[m]?|senão|caso\s+contrário|dev(?:e|ono|iamo)|serv(?:e|ono)|occorre|bisogna|vuole|vogliono|"
    r"chied(?:e|ono)|altrimenti|moet(?:en)?|nodig|eist|eisen|anders|musi\w*|potrzebuj\w*|żąda\w*|wymaga\w*|inaczej"
)
PREFIX = r"hoch|ab|an|auf|ein|aus|weg|vor|zu|nach|um|zurück|fertig"
PAST = any_of(
    r"was|were|had|did|went|came|ran|took|told|sent|said|stood|saw|left|began|got|made|found|lost|kept|fell|wrote|knew|thought|been|seen|gone\s+since|missed|"
    r"couldn't|didn't|wasn't|weren't|used\s+to|[a-z]{2,}(?<!ne)(?<!spe)(?<!fe)(?<!se)(?<!exce)(?<!procee)ed|"
    r"war|waren|wurden?|hatten?|hatte|kam|kamen|lief|liefen|fiel|fielen|stand|standen|ging|gingen|sah|sahen|gab|blieb|begann|schrieb|fand|"
    # Verbs of German are written small, nouns are not.
    rf"(?-i:(?:{PREFIX})?ge[a-zäöüß]{{2,}}(?:t|en)(?:e[nmrs]?)?)|(?-i:ver[a-zäöü]{{3,}}(?:sst|rt|cht))|(?-i:[a-zäöüß]{{3,}}iert)|erhalten|"
    r"(?-i:[a-zäöüß]{2,}(?:elte|erte|chte|ckte|kte|gte|lte|rte|mte|nte|ste|dete|tete)n?)"
)
#: What looks like a verb in the past and is a need, or an adjective.
NOT_PAST = any_of(r"scheduled|planned|booked|arranged|angesetzt|geplant\w*|vorgesehen|anberaumt|vereinbart|bedeutete|needed|required|expected|wanted|gebraucht|benötigt|erwartet|need|urgent|extended|signed|closed|genau\w*|gesamte\w*|gestern|heute|gegen\w*|"
                 r"gerade|geben|(?:reserv|garant|termin|dat|fix|prioris)iert|gehen|gericht\w*|genehmigung\w*|gesellschaft\w*|möchten?|könnten?|sollten?|müssten?|[a-zà-ÿ]{3,}[aei]nte|erste[nr]?|letzte[nrs]?|nächste[nr]?|rechte[nr]?|unsere|ihre|gelten|gelangen")  # fmt: skip
#: Before a participle that only says which one: "the corrected invoice".
ARTICLE = Shape(r"(?i)\b(?:the|an?|our|your|their|this|that|these|those|all|any)\s+$")
PASSIVE = Shape(r"(?i)\b(?:be|being|to\s+be|are|is|get)\s+(?:\w+\s+)?$")
WILL_BE = any_of(r"werden|wird")
DONE = any_of(r"haben?|hab|hat|hast|hattet?|hatten")
#: Beside these: bemerkt, entdeckt, erledigt.
PERFECT = Shape(r"(?<!zu )\b(?:be|er|ent|emp|zer|miss)[a-zäöüß]{3,}t\b")
#: Behind these "every" says how often, and not which.
DAY_AFTER = r"(?=\s+(?:other\s+|second\s+)?(?:…|\d|day|week|night|morning|noon|afternoon|evening|hour|month|quarter|mon|tue|wed|thu|fri|sat|sun))"
TAG_AFTER = r"(?=\s+(?:…|\d|zweite[nr]?\s|tag|woche|nacht|morgen|mittag|abend|stunde|monat|quartal|werktag|arbeitstag|mon|die|mit|don|fre|sam|son))"
DAILY = any_of(rf"(?:every|each){DAY_AFTER}|daily|always|usual(?:ly)?|normal(?:ly)?|hours|staffed|hotline|reachable|available|on\s+duty|täglich|jeden?{TAG_AFTER}|immer|wochentags|werktags|"
              r"besetzt|geöffnet|erreichbar|öffnungszeiten|sprechzeiten|hotline|mondays|fridays|montags|freitags")  # fmt: skip
HABIT = any_of(
    rf"(?:every|each){DAY_AFTER}|daily|always|täglich|jeden?{TAG_AFTER}|immer|wochentags|werktags|mondays|fridays|montags|freitags"
)
OTHER_DAY = Shape(
    r"(?i)(?<![\wÀ-ÿ])(?:next|following|coming|nächste[nrs]?|kommende[nrs]?|folgende[nrs]?|same)\s+(?:business\s+)?(?:day|week|month|year|tag|woche|monat|jahr|werktag|arbeitstag)(?![\wÀ-ÿ])|(?:working|business)\s+days?|werktage?n?"
)
OURS_OPEN = Shape(
    r"(?i)\b(?:we|our|us|wir|unser\w*|you|your|ward|shop|praxis|desk|counter|library|office|büro)\b.{0,40}\b(?:open|closes?|shuts?|offen|schließen|schließt)\b"
)
BY_THEN = any_of(
    r"by\s+then|until\s+then|till\s+then|before\s+then|before\s+that|before\s+it\s+does|before(?=\s*[.!?]|\s*$)|(?:at|by)\s+(?:this|that)\s+time|bis\s+dann|spätestens\s+dann|dann\s+spätestens|by\s+that\s+time\s+at\s+the\s+latest|by\s+that\s+time|beforehand|bis\s+dahin|vorher|davor|zuvor"
)
THEN = any_of(rf"{BY_THEN.pattern.removeprefix('(?i)')}|after\s+that|danach|then|dann")
#: Said of how long somebody or something stays so, which nobody has to meet.
AWAY = any_of(
    r"leave|away|vacation|holidays?|out\s+of\s+office|ooo|absent|sick|travell?ing|closed|valid|parental|maternity|urlaub\w*|\w+ferien|ferien|abwesend|krank\w*|"
    r"elternzeit|verreist|unterwegs|geschlossen|gültig|auf\s+dienstreise|(?:my|our|meine|unsere)\s+(?:shift|schicht|dienst)|in\s+(?:a\s+)?meetings?|"
    r"(?:in|at)\s+(?:the|my|our)\s+(?:office|desk)|im\s+(?:büro|haus|dienst)|am\s+platz"
)
#: Somebody is somewhere, or so, until then: whether anything is due by it only a person knows.
I_AM = Shape(
    r"(?i)\b(?:I(?:['’]m|\s+am|['’]ll\s+be|\s+will\s+be)|we(?:['’]re|\s+are|['’]ll\s+be|\s+will\s+be)|ich\s+bin|bin\s+ich|wir\s+sind|sind\s+wir)"
    r"\s+(?:\S+\s+){0,3}?(?:until|till|til|bis)\s*$"
)
#: Said of a time that no longer counts, and of one that was the first of two.
CALLED_OFF = any_of(
    r"(?:is|are|was|were|been|got)\s+(?:cancel+ed|called\s+off|withdrawn|waived|scrapped)|(?:date|deadline|hurry|rush)\s+any\s?more|no\s+longer\s+(?:applies|counts|stands|needed|valid)|off\s+the\s+table|"
    r"(?:ist|sind|wurden?|war)\s+(?:\w+\s+){0,3}?(?:abgesagt|aufgehoben|gestrichen|hinfällig)|abgesagt\s+(?:worden|ist|wurde)|hinfällig|fällt\s+weg|fallen\s+weg|weggefallen|entfällt|entfallen|fällt\s+aus|fallen\s+aus|gilt\s+nicht\s+mehr"
)
ORIGINALLY = any_of(
    r"was\s+(?:\w+\s+)?(?:originally|initially|first|meant|supposed)|originally|initially|(?:war|waren|wäre)\s+(?:\S+\s+){0,2}?(?:eigentlich|ursprünglich|zuerst|zunächst)|ursprünglich\w*|eigentlich(?=.*\bwar\b)|"
    r"old\s+(?:deadline|date|time)|alte[rn]?\s+(?:frist|termin)"
)
#: Said of all that a text asks for: it is no more wanted.
WITHDRAWN = any_of(
    r"(?:please|kindly)\s+(?:ignore|disregard)|disregard\s+my|(?:hat|haben)\s+sich\s+(?:\w+\s+)?erledigt|no\s+(?:date|deadline|hurry|rush)\s+any\s?more|no\s+longer\s+urgent|"
    r"keine?n?\s+(?:frist|termin|eile)\s+mehr|nicht\s+mehr\s+(?:eilig|dringend)"
)
#: More time than there was.
EXTENDS = any_of(
    r"extension|extended|extends?|grace|more\s+time|moved|pushed|postponed|now|instead|aufschub|verlänger\w*|verschoben|verlegt|nachfrist|neue[rn]?\s+(?:frist|termin)|nun|jetzt|gave|given|gegeben|gewährt"
)
#: Before a time that another one stands for: "not at six but at four", "nicht erst um 18 Uhr, sondern".
NOT_THIS = Shape(
    r"(?i)(?<![\wÀ-ÿ])(?:not|nicht|instead\s+of|rather\s+than|statt|anstatt|no\s+longer)(?:\s+(?:mehr|erst|just|only|at|by|until|till|on|for|the|um|bis|am|erst\s+um|wie\s+geplant|as\s+planned))*\s*$"
)
BUT_THAT = any_of(r"but|sondern")
#: At the head of a line: what follows are hours in which somebody is there.
HOURS_OF = Shape(
    r"(?i)(?:(?:öffnungs|geschäfts|sprech|service|büro|besuchs|dienst|arbeits|kern|schalter|telefon)(?:zeit(?:en)?|stunden)|(?:\w+\s+)?hours)\s*:"
)
#: Behind a clock: of a zone that nobody understood.
OTHER_ZONE = Shape(
    r"\s*(?:(?i:(?:in\s+)?their(?:\s+local)?\s+time|ortszeit|deren\s+zeit)|[^\W\d_]+(?:er|scher)\s+(?:Orts)?[Zz]eit|[A-Z]\w+\s+time)(?!\w)"
)
#: Directly before a time: it is the earliest; and the one that stands for another.
NOT_BEFORE = Shape(
    r"(?i)\b(?:not|nicht|never|nie|no\s+earlier|nicht\s+früher)\s+(?:before|than|vor|als)\s+(?:dem\s+|den\s+|the\s+)?$|\b(?:frühestens|earliest)\s+(?:um\s+|at\s+)?$"
)
NEW_ONE = Shape(r"(?i)\b(?:new\s+(?:one|time|date)|neue\w*(?:\s+\w+)?)\s+(?:is|ist)\s+$")
#: A day that a clock is of and that is not read, because it says one of several.
SOME_FEAST = Shape(
    r"(?i)\b(?:easter|pentecost|ostern|pfingsten|fasching|weihnachten|christmas|advent)(?:\s*,|\s+(?:at|um|by|bis))*\s*$"
)
#: How long a contract gives somebody else, which is no hour of this text.
SERVICE_LEVEL = any_of(
    r"sla|slas|service[- ]levels?|response\s+times?|(?:first|initial)\s+response|resolution\s+times?|reaktionszeit\w*|(?:per|in|under)\s+(?:our|the|your)\s+(?:support\s+)?contract|"
    r"laut\s+(?:\w+\s+)?(?:vertrag|wartungsvertrag|sla)|vertraglich\w*|(?:owe|owes)\s+us"
)
#: Directly before a number it says which one of many: a position, a version, a room.
NUMBERED = Shape(
    r"(?i)(?<![\wÀ-ÿ])(?:pos|nr|no|num|kap|abs|art|ziff|tab|abb|fig|ver|rev|seite|page|pp?|(?<!um )punkt|section|chapter|clause|paragraph|item|raum|room|zimmer|lot|los|ticket|order|auftrag|version|build|release|v)\.?\s*"
    r"(?:[\d.,/]+\s*(?:bis|to|until|through|and|und|-|–)\s*)?$|§+\s*$"
)
#: Somebody is to ring, or sits with others then: that is no end of anything.
RINGS = any_of(
    r"(?:call|ring|phone)\s+(?:me|us|back)|call(?:ing)?\s+(?:\w+\s+)?back|call-?back|give\s+(?:me|us)\s+a\s+(?:call|ring)|(?:an|zurück)(?:zu)?rufen|(?:an|zurück)rufe[nt]?|rufen\s+sie|ruf\s+mich|rückruf\w*|"
    r"(?:I|we|ich|wir)\s+(?:have|has|got|are|am|haben?|sind|bin)\s+(?:\S+\s+){0,3}?(?:meetings?|appointments?|besprechung\w*|termine?|sitzung\w*)"
)
#: What comes to harm from then on.
SPOILS = any_of(
    r"spoils?|perish\w*|thaws?|rots?|wilts?|goes\s+(?:off|bad)|melts?|too\s+late|verdirbt|verderben|tauen?|taut|verfault|welk\w*|stirbt|sterben|schmilzt|zu\s+spät"
)
#: What comes after something else.
AFTERWARDS = Shape(
    r"(?i)^\W*(?:and\s+|und\s+)?(?:danach|anschließend|hinterher|after\s+that|afterwards?|thereafter)\b"
)
MEASURE = Shape(
    r"(?i)\s*(?:minutes?|minuten|min\b|seconds?|sekunden|hours?\b|stunden|%|percent|prozent|rows|mb|gb|km|kg|:1\b)"
)
OFFICE = Shape(
    r"(?i)close\s+of\s+business|\bcob\b|end\s+of\s+business|business\s+close|geschäftsschluss|dienstschluss|büroschluss|feierabend|end\s+of\s+(?:the\s+)?(?:working\s+)?day|\beod\b"
)
HOURS = Shape(
    r"(?i)(\d{1,2})(?::(\d{2}))?\s*(?:am|uhr)?\s*(?:-|–|to|until|till|bis)\s*(\d{1,2})(?::(\d{2}))?\s*(pm|uhr)?"
)
#: Directly before a clock: something is then, or shall be.
AT = Shape(r"(?i)(?<![\wÀ-ÿ])(?:at|for|um|für|gegen|around|about|at\s+around|alle|às|om)\s+$")
CLOCK = Shape(r"(?i)\d\s*(?:[:h]\d\d|uhr\b|[ap]\.?m\b|h\b)")
SENTENCE = Shape(r"[.!?](?=\s+[A-ZÄÖÜ\"(]|\s*$)|\n+")
CLAUSE = Shape(
    r"(?i)[;,()]|\s+[-–—]\s+|\s+(?:but|because|while|although|which|that|since\s+the|aber|weil|während|obwohl|denn|doch)\s+|\s+(?:and|und)\s+(?=\w+\s+(?:\w+\s+){0,4}(?:is|are|must|has|have|need|was|were|ist|sind|muss|müssen|war|wurde))"
)
OR = Shape(r"(?i)^\s*,?\s*(?:or|oder)\s+(?:was\s+it\s+|is\s+it\s+|war\s+es\s+|at\s+|by\s+|bis\s+|um\s+)*$")
#: Where a time may begin: at a number, or at a word that times are made of.
START = Shape(
    r"(?i)(?<![\w.:/@#+-])(?<!guten )(?<!good )(?=\d|half\b|quarter\b|twenty|zwanzig|(?:have|has|got|noch)\s+(?:only\s+|just\s+|nur\s+)?(?:an?\s|\d|half\s)|halb\b|viertel\b|dreiviertel\b|(?:mo|di|mi|do|fr|sa|so)[.,]{0,2}\s+\d|(?:in|within|binnen|innerhalb)\s+\S|(?:the\s+)?end\s+of\s|(?:month|quarter|year)[- ]end|(?:monats|quartals|jahres)ende|ende\s|next\s|this\s|nächste|kommenden\s|"
    rf"{FEAST}(?![a-zà-ÿ])|{BEGINS}|(?:{'|'.join(sorted({*NUMBERS, *DAYS, *HALVES, *INSTANTS, *WEEKDAYS, 'vormittag', 'the day'}, key=len, reverse=True))})(?![a-zà-ÿ])|"
    r"(?:mon|tue|wed|thu|fri|sat|sun|dien|mitt|donn|frei|sams|sonn|jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-z]*\b)"
)
