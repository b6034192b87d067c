"""Names of authors, as pages write them → a list of people.

A name is given without its label ("By", "Texte :"), and each person is one entry. Everything that is not a person
is left out: the site itself, agencies, desks and staff, offices and professions, addresses, accounts. In doubt there is
no author.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

import regex

_MAX_TEXT = 300  # characters
_MAX_NAME, _MAX_WORDS = 60, 6  # characters and words of one name
_MAX_PEOPLE = 20
_MAX_ACRONYM = 5  # letters of a single word in capitals that is not a name

LABELS = (
    "(?:photos|words) and (?:story|photos) by|"
    "(?:written|posted|published|reported|authored|story|words|text|article|report|review(?:ed)?|photos?) by|"
    "view all posts by|reporting by|by|authors?|"  # English
    "ein (?:beitrag|artikel|bericht) von|geschrieben von|text von|von|autor(?:in|en|innen)?|verfasst von|"  # German
    "(?:écrit|publié|rédigé|propos recueillis) par|par|auteurs?|"  # French
    "(?:escrito|publicado|redactado) por|por|autor(?:a|es)?|texto|"  # Spanish, Portuguese
    "(?:scritto|pubblicato) da|articolo di|a cura di|di|autore|autrice|"  # Italian
    "geschreven door|door|"  # Dutch
    "skriven av|skrevet av|av|text|tekst|skribent|"  # Swedish, Norwegian
    "napisał|napisała|autorzy|autorka|oprac|opracowanie|"  # Polish
    "napsal|napsala|autoři|"  # Czech
    "автор(?:ы|и)?|текст|"  # Russian, Ukrainian
    "yazar|yazan|haber|"  # Turkish
    "oleh|penulis|reporter|"  # Indonesian
    "tác giả|bởi|theo|"  # Vietnamese
    "بقلم|كتب(?:ت)?|الكاتب|نویسنده|به قلم|"  # Arabic, Persian
    "लेखक|द्वारा|"  # Hindi
    "โดย|ผู้เขียน|"  # Thai
    "作者|撰文|文|責任編輯|责任编辑|责编|記者|记者|"
    "文責|執筆|筆者|著者|取材・文|글|기자|작성자"  # Chinese, Japanese, Korean
)
"""The words before the name of an author, as alternatives of a pattern."""

_CASED_LABEL = regex.compile(rf"^\W{{0,3}}(?i:{LABELS})(?:\s*[:：/／|・]\s*|\s+(?=[\p{{Lu}}\p{{Lo}}@\"“«]))")
_ONLY_LABEL = regex.compile(LABELS, regex.IGNORECASE)
_PARTS = regex.compile(
    r"\s*(?:[,;|•·、，；/／]|\s(?:and|und|et|y|e|och|og|en|i|a|и|та|і|dan|và|ve|و|और|และ|with|mit)\s|&)\s*",
    regex.IGNORECASE,
)
_BRACKETS = regex.compile(r"\s*[(\[（【<][^)\]）】>]{0,80}(?:[)\]）】>]|$)")
_TAIL = regex.compile(
    r"\s+(?:for|in|at|from|of|aus|für|pour|à|para|en|per|dla|для)\s+(?:the\s)?\p{Lu}.*$|\s*(?:기자|記者|记者)$"
)
_AFTER_DASH = regex.compile(r"\s+[-–—]\s.*$")
_ADDRESS = regex.compile(
    r"@|://|\bwww\b|\.(?:com|org|net|co|info|tv|de|fr|es|it|nl|pl|ru|uk|lt|tr|in|br|jp|cn|kr)\b|^\W*\d|\d{3}",
    regex.IGNORECASE,
)
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_SIGNS = re.compile(r"[\W_]+")
_SUFFIXES = frozenset("jr sr ii iii iv md phd dr mba esq".split())
_NO_PERSON = frozenset(
    """staff newsroom news newsdesk desk team editors editorial board press agency agencies media magazine newspaper
    newsletter company corporation inc llc ltd gmbh plc network university institute department ministry foundation
    association admin administrator guest contributor contributors correspondent correspondents reporter reporters
    journalist editor writer author authors columnist photographer producer publisher presenter sponsored advertorial
    partner bureau wire wires service services report reports online website web blog user anonymous unknown
    developer officer head chief director president founder ceo professor analyst critic host manager updated published
    redaktion redakteur redakteurin journalistin korrespondent korrespondentin reporterin autorin nachrichten agentur
    agenturen verlag gastautor onlineredaktion
    rédaction redaction rédacteur rédactrice journaliste correspondant correspondante agence auteur
    redacción redaccion redactor redactora periodista corresponsal agencia agencias enviado enviada
    redação redacao jornalista repórter agência correspondente
    redazione giornalista redattore redattrice inviato agenzia professore
    redactie redacteur correspondente journaliste
    redaktionen redaksjonen redaktionell nyhetsbyrån journalisten toimitus redakcja redakce redaktor redaktorka
    dziennikarz dziennikarka agencja
    редакция редакція корреспондент кореспондент журналист журналіст журналистка журналістка агентство пресс служба
    редактор обозреватель
    editör muhabir gazeteci ajansı ajans haberleri haber merkezi
    redaksi wartawan jurnalis
    هيئة التحرير وكالة مراسل خبرگزاری خبرنگار""".split()
)
"""Words that are not in the name of a person: of desks, offices, professions and companies."""
_AGENCIES = frozenset(
    """ap associatedpress theassociatedpress reuters thomsonreuters afp agencefrancepresse dpa dpaafx
    deutschepresseagentur efe ansa upi pti
    ani ians tass itartass interfax xinhua xinhuanet kyodo kyodonews jiji yonhap anadoluajansi anadoluajansı aa dha iha
    ntb ritzau ritzaus belga anp unian ukrinform lusa bernama antara pap čtk ctk apa sda keystonesda keystoneats sid
    epd kna bloomberg prnewswire businesswire globenewswire cnnwire wireservices staffreports europapress estadao
    тасс рианновости интерфакс укринформ уніан 新华社 新華社 共同社
    共同通信 時事通信 时事 연합뉴스 중앙통신""".split()
)
_ENDS_OF_DESKS = (
    "編集部",
    "编辑部",
    "取材班",
    "報道部",
    "新聞社",
    "新聞",
    "デスク",
    "편집국",
    "뉴스",
    "日报",
    "日報",
    "网",
    "網",
    "社",
)
_PARTICLE = (
    r"(?:de|del|della|di|da|das|do|dos|du|la|le|van|von|der|den|ten|ter|zu|zur|bin|bint|ibn|al|el|af|av|och|y|e)"
)
_PERSON = regex.compile(
    rf"""(?:\p{{Lu}}[\p{{L}}\p{{M}}]*(?:[.'’‑-]+[\p{{L}}\p{{M}}]+)*\.?)
        (?:\s+(?:{_PARTICLE}\s+|d['’]|al-|el-)*\p{{Lu}}[\p{{L}}\p{{M}}]*(?:[.'’‑-]+[\p{{L}}\p{{M}}]+)*\.?){{1,4}}""",
    regex.VERBOSE,
)
_CASELESS = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー・]{2,12}(?:\s[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]{1,6})?|"
    r"[\p{Lo}\p{M}\u200c.]{2,14}(?:\s+[\p{Lo}\p{M}\u200c.]{1,14}){1,3}"
)


def key(text: str) -> str:
    """A name for comparison: only letters and digits, in lower case."""
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _SIGNS.sub("", text.casefold())


def people(text: str, sites: Collection[str] = (), *, is_line: bool = False) -> list[str]:
    """The people named in ``text``, each once.

    ``sites`` are the names of the site, as `key` gives them, which are not people. ``is_line`` says that the text is a
    line for readers and not a field: then every entry must have the form of a name.
    """
    text = " ".join(text[:_MAX_TEXT].split())
    text = _BRACKETS.sub("", without_label(text))
    if key(text) in sites:
        return []
    names: dict[str, str] = {}
    for part in _split(text):
        bare = _TAIL.sub("", without_label(_AFTER_DASH.sub("", part) if is_line else part))
        name = _without_agency(bare.strip(" \t\"'“”«»‘’*_-–—:：)）"))
        if is_name(name, sites) and (not is_line or is_person(name)):
            names.setdefault(key(name), name)
    return list(names.values())[:_MAX_PEOPLE]


def without_label(text: str) -> str:
    """The text without a label of an author at its start."""
    return _CASED_LABEL.sub("", text, count=1)


def has_label(text: str) -> bool:
    """Whether a text begins with a label of an author, and a name in the case of names follows."""
    return _CASED_LABEL.match(text) is not None


def agency_of(text: str) -> str:
    """The agency that ``text`` names in full, and nothing else; else empty."""
    name = without_label(" ".join(text[:_MAX_TEXT].split())).rstrip(".")
    return name if key(name) in _AGENCIES and not (name.isupper() and name.isascii()) else ""


def _without_agency(name: str) -> str:
    """The name without an agency at its end, as in "Ann Lee Reuters"."""
    words = name.split()
    for n in range(2, len(words) - 1):
        if key("".join(words[n:])) in _AGENCIES:
            return " ".join(words[:n])
    return name


def is_byline(text: str) -> bool:
    """Whether a line is a label and the names of people, and nothing else."""
    return len(text) <= _MAX_TEXT and has_label(text) and bool(people(text, is_line=True))


def is_name(name: str, sites: Collection[str] = ()) -> bool:
    """Whether ``name`` may be that of a person: no address, agency, site, desk or profession."""
    words, short = _WORD.findall(name.lower()), key(name)
    if not words or len(name) > _MAX_NAME or len(name.split()) > _MAX_WORDS or _ADDRESS.search(name):
        return False
    if _ONLY_LABEL.fullmatch(name) or short in sites or short in _AGENCIES or not _NO_PERSON.isdisjoint(words):
        return False
    if name.isupper() and name.isascii() and len(words) == 1 and len(name) <= _MAX_ACRONYM:
        return False
    if name.endswith(_ENDS_OF_DESKS) or len(short) < 2:
        return False
    return name != name.lower() or name.upper() == name.lower()  # a word in small letters is an account


def is_person(name: str) -> bool:
    """Whether ``name`` has the form of a full name."""
    return bool(_PERSON.fullmatch(name) or (_CASELESS.fullmatch(name)))


def _split(text: str) -> Iterator[str]:
    for part in _PARTS.split(text):
        if part and key(part) not in _SUFFIXES:
            yield part
