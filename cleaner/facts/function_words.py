"""Words that most sentences of a language have, such as articles, prepositions and pronouns.

They distinguish languages with the same script in texts that are too short for statistics of letters. The rivals are
there because a text in Danish would otherwise be one in Swedish.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

_PACKS = {
    "ar": "من في على إلى أن عن التي الذي هذا هذه كان كانت ما لا لم مع بعد قبل ذلك بين كل قد لن ثم",
    "cs": (
        "a v ve se je na že s z do o k i jsem jsou byl byla bylo pro ale jak po od který která které už za by jen "
        "když aby při podle také"
    ),
    "de": (
        "der die das und ist nicht ein eine einen einem einer zu den dem des mit von für auf im sich auch wird "
        "war es ich sie wir wie nach bei aus am noch aber oder wenn zum zur hat sind über nur"
    ),
    "en": (
        "the of and to in is it that was for with as on are be at by this from have has had not but they which "
        "you his her were an we will would when who their can"
    ),
    "es": (
        "el la los las de que y en un una es se no por con para su del al lo como más pero sus le ya fue está muy "
        "cuando sin sobre también hay son desde ser era"
    ),
    "fa": "از به در که را این با است برای آن یک بود شد شده می تا هم خود بر هر ما اما او کرد کند باید پس نیز",
    "fr": (
        "le la les de des et en un une est que qui dans pour pas sur au aux du ce il elle ne se par plus avec son "
        "sa ses nous vous je mais ou où sont était cette comme être ont"
    ),
    "hi": "के का की में है और को से पर ने कि हैं यह भी नहीं था थी थे एक इस हो गया लिए तो कर जो वह",
    "id": (
        "yang dan di dari untuk dengan ini itu pada tidak dalam adalah akan oleh ke juga karena atau ada saya "
        "mereka kami sudah telah lebih bisa saat hari para bahwa"
    ),
    "it": (
        "il la di che e un una è per non in con del della dei delle sono si da al nel nella le gli i lo ma anche "
        "come più ha alla ai questo era dal dalla sul su ci"
    ),
    "nl": (
        "de het een en van is dat in op te zijn niet met voor er aan die ook maar om bij naar uit wordt werd "
        "heeft hij ze we als dan nog over door wie kan geen moet was"
    ),
    "pl": (
        "w i z na się nie do że to jest o po od za przez dla jak ale co są był była było tym tego który która "
        "które może już tylko oraz czy jego przy ze"
    ),
    "pt": (
        "o a os as de que e em um uma é se não por com para do da dos das no na nos nas ao à mais mas foi são ou "
        "como está muito seu sua ele ela já também pelo pela até quando"
    ),
    "ru": (
        "и в не на что с он как по это но из у за к от для был была было были же о бы если только его они мы все "
        "или так при уже после может чтобы"
    ),
    "sv": (
        "och att det är en ett som i på av för den med inte till har de om var men jag vi man från så kan när ut "
        "nu ska eller hade vid efter mycket sig"
    ),
    "tr": (
        "ve bir bu için da de ile çok ne daha gibi olarak kadar olan o ama sonra en var mi mı değil her ki oldu "
        "ya veya önce göre şey"
    ),
    "uk": (
        "і в у не на що з він як по це але із за до від для був була було були та або й щоб також вже його вони "
        "ми якщо тільки після може при є про бо під"
    ),
    "vi": (
        "và là của có không được cho một các những trong với này đã người để khi từ về như đến ở cũng ra sẽ đang "
        "bị tôi rất nhưng"
    ),
}
_RIVALS = {
    "et": "ja on ei see et oli ta ka kui ning mis aga seda oma siis kes olid",
    "fi": "ja on ei se että oli hän mutta ovat kun niin myös joka ole sen mukaan jos",
    "hu": "a az és hogy nem is egy ez volt de meg csak már van ha el ki vagy mint azt még",
    "jv": "lan ing kang iki ora saka iku karo sing",
    "lt": "ir yra kad tai iš į su kaip bet ar buvo jis",
    "lv": "un ir ka no uz ar par tas bet bija kas",
    "sq": "dhe të në e për me që një nga është",
    "tl": "ang ng sa na mga ay at ito",
    "af": "die het nie en is van in dit wat vir om met te op hy sy aan was deur ook hulle ons word kan sal maar",
    "be": "і ў не на што з як гэта але да для быў была таксама або яго яны мы калі ад пра пасля",
    "bg": "и на да за се е от в с не по са че си като до през към бе беше който която това но или при",
    "ca": (
        "el la els les de que i en un una és per amb del al no es més com però va són aquest aquesta dels hi ha ser"
    ),
    "da": (
        "og at det er en et som i på af for den med ikke til har de om var men jeg vi man fra så kan når ud nu "
        "skal eller havde ved efter blev"
    ),
    "gl": (
        "o a os as de que e en un unha é se non por con para do da dos das no na máis pero foi son ou como moi "
        "seu ao á tamén"
    ),
    "hr": "i u je na se da za su od s ne o kao što ali ili po koji koja koje to bio bila iz sam će nije samo",
    "ku": "û li ji bi di de ku ev ew jî ne na bo her",
    "mk": "и на да за се е од во со не по дека како што до ќе беше кој која тоа но или при",
    "mr": "आहे आणि च्या या ते हे की मध्ये नाही होते आहेत केला एक तर पण",
    "ms": (
        "yang dan di dari untuk dengan ini itu pada tidak dalam adalah akan oleh ke juga kerana atau ada saya "
        "mereka kami telah lebih boleh bahawa ialah"
    ),
    "ne": "छ र को मा हो छन् पनि गरेको भएको यो त्यो लागि भने थियो गर्न",
    "no": (
        "og at det er en et som i på av for den med ikke til har de om var men jeg vi man fra så kan når ut nå "
        "skal eller hadde ved etter ble"
    ),
    "ro": "și de la în a cu că nu pe o un este pentru din se mai sunt care dar au fost ce lui",
    "sk": (
        "a v vo sa je na že s z do o k i som sú bol bola bolo pre ale ako po od ktorý ktorá ktoré už za by len "
        "keď aby pri podľa tiež"
    ),
    "sl": "in v je na se da za so s z ne pa po kot ki bi o tudi bil bila ali od do pri iz",
    "sr": "и у је на се да за су од с не о као што али или по који која то био била из сам ће није само",
    "ur": "کے کا کی میں ہے اور کو سے پر نے کہ ہیں یہ بھی نہیں تھا تھی تھے ایک اس ہو",
}
_WORD = re.compile(r"[^\W\d_](?:[^\W_]|[\u0300-\u036f\u0900-\u0963\u200c])*")
_LETTERS = {
    "be": "ў", "cs": "ěřů", "da": "æø", "de": "ß", "es": "ñ¿¡", "no": "æø", "pl": "łąężśćńź", "pt": "ãõ", "ro": "țșă",
    "ru": "ыэъё", "sk": "ľĺŕô", "sv": "å", "tr": "ğış", "uk": "іїєґ", "ur": "ٹڈڑےں",
    "vi": "ơưạảấầẩậắằặẹẻẽếềểễệỉịọỏốồổộớờởợụủứừửựỳỵỷỹđ",
}  # fmt: skip
"""Letters of a language that hardly any other one in these tables has."""


def _inverted(tables: Iterable[tuple[str, Iterable[str]]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code, signs in tables:
        for sign in signs:
            found.setdefault(sign, []).append(code)
    return {sign: tuple(codes) for sign, codes in found.items()}


_LANGUAGES_OF_WORD = _inverted((code, words.split()) for code, words in {**_PACKS, **_RIVALS}.items())
_LANGUAGES_OF_LETTER = _inverted(_LETTERS.items())

IN_PACKS = frozenset(_PACKS)
"""The languages that words can decide for."""

KNOWN = frozenset((*_PACKS, *_RIVALS))
"""The languages whose words are known."""


def points_of(words: Sequence[str]) -> Counter[str]:
    """How many words speak for each language: those in its table, and those with a letter of its own."""
    points: Counter[str] = Counter()
    for word in words:
        for code in _LANGUAGES_OF_WORD.get(word, ()):
            points[code] += 1
        if not word.isascii() and (letters := _LANGUAGES_OF_LETTER.keys() & word):
            for code in {code for letter in letters for code in _LANGUAGES_OF_LETTER[letter]}:
                points[code] += 1
    return points


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return _WORD.findall(text.lower())
