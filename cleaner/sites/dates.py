"""Names of months and days of the week next to numbers, which differ in the dates of one line as digits do."""

from __future__ import annotations

import regex

from cleaner.fold import fold

NAME = "§"
"""What stands for a name."""
NAME_PATTERN = r"[^\s\d]+"
"""What matches a name in a learned pattern."""

_NAMES = {
    "ar": (
        "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر الإثنين "
        "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"
    ),
    "cs": (
        "leden února únor březen března duben dubna květen května červen června červenec července "
        "srpen srpna září říjen října listopad listopadu prosinec prosince ledna led úno bře dub "
        "kvě čvn čvc srp zář říj lis pro pondělí úterý středa čtvrtek pátek sobota neděle"
    ),
    "de": (
        "januar jänner februar märz april mai juni juli august september oktober november "
        "dezember jan feb mär apr jun jul aug sep sept okt nov dez montag dienstag mittwoch "
        "donnerstag freitag samstag sonnabend sonntag"
    ),
    "en": (
        "january february march april may june july august september october november december "
        "jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday "
        "friday saturday sunday mon tue wed thu fri sat sun"
    ),
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre "
        "diciembre ene feb mar abr may jun jul ago sep sept oct nov dic lunes martes miércoles "
        "jueves viernes sábado domingo"
    ),
    "fa": (
        "ژانویه فوریه مارس آوریل مه مهٔ ژوئن ژوئیه ژوئیهٔ ژانویهٔ فوریهٔ اوت سپتامبر اکتبر نوامبر "
        "دسامبر فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند شنبه یکشنبه "
        "دوشنبه سهشنبه چهارشنبه پنجشنبه جمعه"
    ),
    "fr": (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre "
        "janv févr avr juil sept oct nov déc lundi mardi mercredi jeudi vendredi samedi dimanche"
    ),
    "hi": (
        "जनवरी फ़रवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर सितम्बर अक्टूबर अक्तूबर नवंबर "
        "नवम्बर दिसंबर दिसम्बर जन॰ फ़र॰ जुल॰ अग॰ सित॰ अक्टू॰ नव॰ दिस॰ सोमवार मंगलवार बुधवार "
        "गुरुवार शुक्रवार शनिवार रविवार"
    ),
    "id": (
        "januari februari maret april mei juni juli agustus september oktober november desember "
        "jan feb mar apr jun jul agu agt sep okt nov des senin selasa rabu kamis jumat sabtu "
        "minggu"
    ),
    "it": (
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
        "dicembre gen feb mar apr mag giu lug ago set ott nov dic lunedì martedì mercoledì "
        "giovedì venerdì sabato domenica"
    ),
    "nl": (
        "januari februari maart april mei juni juli augustus september oktober november december "
        "jan feb mrt apr jun jul aug sep okt nov dec maandag dinsdag woensdag donderdag vrijdag "
        "zaterdag zondag"
    ),
    "pl": (
        "styczeń stycznia luty lutego marzec marca kwiecień kwietnia maj maja czerwiec czerwca "
        "lipiec lipca sierpień sierpnia wrzesień września październik października listopad "
        "listopada grudzień grudnia sty lut mar kwi cze lip sie wrz paź lis gru poniedziałek "
        "wtorek środa czwartek piątek sobota niedziela"
    ),
    "pt": (
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro "
        "jan fev mar abr mai jun jul ago set out nov dez segunda terça quarta quinta sexta sábado "
        "domingo"
    ),
    "ru": (
        "январь января февраль февраля март марта апрель апреля май мая июнь июня июль июля "
        "август августа сентябрь сентября октябрь октября ноябрь ноября декабрь декабря янв фев "
        "февр мар апр июн июл авг сен сент окт нояб ноя дек понедельник вторник среда четверг "
        "пятница суббота воскресенье"
    ),
    "sv": (
        "januari februari mars april maj juni juli augusti september oktober november december "
        "jan feb mar apr jun jul aug sep sept okt nov dec måndag tisdag onsdag torsdag fredag "
        "lördag söndag"
    ),
    "th": (
        "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม "
        "พฤศจิกายน ธันวาคม วันจันทร์ วันอังคาร วันพุธ วันพฤหัสบดี วันศุกร์ วันเสาร์ วันอาทิตย์"
    ),
    "tr": (
        "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık oca şub mar "
        "nis may haz tem ağu eyl eki kas ara pazartesi salı çarşamba perşembe cuma cumartesi "
        "pazar"
    ),
    "uk": (
        "січень січня лютий лютого березень березня квітень квітня травень травня червень червня "
        "липень липня серпень серпня вересень вересня жовтень жовтня листопад листопада грудень "
        "грудня січ лют бер квіт трав черв лип серп вер жовт лист груд понеділок вівторок середа "
        "четвер субота неділя"
    ),
    "zh": ("一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月"),
}
"""Names in the languages of the packs. Those of Japanese, Korean and Vietnamese months are numbers."""

MAX_CHARS = 200
"""Longer lines are texts; their dates are content."""
_REACH = 2  # words between a name and a number: `3 de marzo de 2024`
_WORD = regex.compile(r"[\p{L}\p{M}॰]+|\d+")
_KNOWN = frozenset(fold(name) for names in _NAMES.values() for name in names.split())


def names_in(folded: str) -> list[tuple[int, int]]:
    """Where the names of months and days are that have a number near them, in a line in matching form."""
    if len(folded) > MAX_CHARS:
        return []
    words = [(one.start(), one.end()) for one in _WORD.finditer(folded)]
    numbers = [n for n, (start, _) in enumerate(words) if folded[start].isdigit()]
    return [
        (start, end + (folded[end : end + 1] == "."))  # an abbreviation
        for n, (start, end) in enumerate(words)
        if folded[start:end] in _KNOWN and any(abs(n - at) <= _REACH for at in numbers)
    ]


def dateless(folded: str) -> str:
    """A line in matching form with `NAME` in place of each name of a month or day that has a number near it."""
    for start, end in reversed(names_in(folded)):
        folded = f"{folded[:start]}{NAME}{folded[end:]}"
    return folded
