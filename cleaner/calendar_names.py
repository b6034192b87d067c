"""Names of months and of the days of the week in the languages of the packs, with their usual abbreviations.

Further languages of Europe have months only.
"""

from __future__ import annotations

_MONTHS = {
    "ar": "يناير | فبراير | مارس | أبريل | مايو | يونيو يونيه | يوليو يوليه | "
    "أغسطس | سبتمبر | أكتوبر | نوفمبر | ديسمبر",
    "cs": (
        "leden ledna led | února únor úno | březen března bře | duben dubna dub | květen května kvě | červen "
        "června čvn | červenec července čvc | srpen srpna srp | září zář | říjen října říj | listopad "
        "listopadu lis | prosinec prosince pro"
    ),
    "de": (
        "januar jänner jan | februar feb | märz mär | april apr | mai | juni jun | juli jul | august aug | "
        "september sep sept | oktober okt | november nov | dezember dez"
    ),
    "en": (
        "january jan | february feb | march mar | april apr | may | june jun | july jul | august aug | "
        "september sep sept | october oct | november nov | december dec"
    ),
    "es": (
        "enero ene | febrero feb | marzo mar | abril abr | mayo may | junio jun | julio jul | agosto ago | "
        "septiembre setiembre sep sept | octubre oct | noviembre nov | diciembre dic"
    ),
    "fa": (
        "ژانویه ژانویهٔ | فوریه فوریهٔ | مارس | آوریل | مه مهٔ | ژوئن | ژوئیه ژوئیهٔ | اوت | سپتامبر | اکتبر "
        "| نوامبر | دسامبر"
    ),
    "fr": (
        "janvier janv | février févr | mars | avril avr | mai | juin | juillet juil | août | septembre sept | "
        "octobre oct | novembre nov | décembre déc"
    ),
    "hi": (
        "जनवरी जन॰ | फ़रवरी फरवरी फ़र॰ | मार्च | अप्रैल | मई | जून | जुलाई जुल॰ | अगस्त अग॰ | सितंबर सितम्बर "
        "सित॰ | अक्टूबर अक्तूबर | नवंबर नवम्बर नव॰ | दिसंबर दिसम्बर दिस॰"
    ),
    "id": (
        "januari jan | februari feb | maret mar | april apr | mei | juni jun | juli jul | agustus agu agt | "
        "september sep | oktober okt | november nov | desember des"
    ),
    "it": (
        "gennaio gen | febbraio feb | marzo mar | aprile apr | maggio mag | giugno giu | luglio lug | agosto "
        "ago | settembre set | ottobre ott | novembre nov | dicembre dic"
    ),
    "nl": (
        "januari jan | februari feb | maart mrt | april apr | mei | juni jun | juli jul | augustus aug | "
        "september sep | oktober okt | november nov | december dec"
    ),
    "pl": (
        "styczeń stycznia sty | luty lutego lut | marzec marca mar | kwiecień kwietnia kwi | maj maja | "
        "czerwiec czerwca cze | lipiec lipca lip | sierpień sierpnia sie | wrzesień września wrz | "
        "październik października paź | listopad listopada lis | grudzień grudnia gru"
    ),
    "pt": (
        "janeiro jan | fevereiro fev | março mar | abril abr | maio mai | junho jun | julho jul | agosto ago "
        "| setembro set | outubro out | novembro nov | dezembro dez"
    ),
    "ru": (
        "январь января янв | февраль февраля фев февр | март марта мар | апрель апреля апр | май мая | июнь "
        "июня июн | июль июля июл | август августа авг | сентябрь сентября сен сент | октябрь октября окт | "
        "ноябрь ноября нояб ноя | декабрь декабря дек"
    ),
    "sv": (
        "januari jan | februari feb | mars | april apr | maj | juni jun | juli jul | augusti aug | september "
        "sep sept | oktober okt | november nov | december dec"
    ),
    "th": (
        "มกราคม | กุมภาพันธ์ | มีนาคม | เมษายน | พฤษภาคม | มิถุนายน | กรกฎาคม | สิงหาคม | กันยายน | ตุลาคม | พฤศจิกายน | ธันวาคม"
    ),
    "tr": (
        "ocak oca | şubat şub | mart mar | nisan nis | mayıs may | haziran haz | temmuz tem | ağustos ağu | "
        "eylül eyl | ekim eki | kasım kas | aralık ara"
    ),
    "uk": (
        "січень січня січ | лютий лютого лют | березень березня бер | квітень квітня квіт | травень травня "
        "трав | червень червня черв | липень липня лип | серпень серпня серп | вересень вересня вер | жовтень "
        "жовтня жовт | листопад листопада лист | грудень грудня груд"
    ),
    "bg": "януари яну | февруари фев | март | април апр | май | юни | юли | август авг | септември сеп септ | "
    "октомври окт | ноември ное | декември дек",
    "da": "januar jan | februar feb | marts mar | april apr | maj | juni jun | juli jul | august aug | september sep | "
    "oktober okt | november nov | december dec",
    "el": "ιανουάριος ιανουαρίου ιαν | φεβρουάριος φεβρουαρίου φεβ | μάρτιος μαρτίου μαρ | απρίλιος απριλίου απρ | "
    "μάιος μαΐου μάι | ιούνιος ιουνίου ιουν | ιούλιος ιουλίου ιουλ | αύγουστος αυγούστου αυγ | "
    "σεπτέμβριος σεπτεμβρίου σεπ | οκτώβριος οκτωβρίου οκτ | νοέμβριος νοεμβρίου νοε | δεκέμβριος δεκεμβρίου δεκ",
    "fi": "tammikuu tammikuuta | helmikuu helmikuuta | maaliskuu maaliskuuta | huhtikuu huhtikuuta | "
    "toukokuu toukokuuta | kesäkuu kesäkuuta | heinäkuu heinäkuuta | elokuu elokuuta | syyskuu syyskuuta | "
    "lokakuu lokakuuta | marraskuu marraskuuta | joulukuu joulukuuta",
    "hu": "január jan | február febr feb | március márc | április ápr | május máj | június jún | július júl | "
    "augusztus aug | szeptember szept | október okt | november nov | december dec",
    "nb": "januar jan | februar feb | mars mar | april apr | mai | juni jun | juli jul | august aug | september sep | "
    "oktober okt | november nov | desember des",
    "ro": "ianuarie ian | februarie feb | martie mar | aprilie apr | mai | iunie iun | iulie iul | "
    "august aug | septembrie sept | octombrie oct | noiembrie nov | decembrie dec",
    "sk": "január januára jan | február februára feb | marec marca mar | apríl apríla apr | máj mája | jún júna | "
    "júl júla | august augusta aug | september septembra sep | október októbra okt | november novembra nov | "
    "december decembra dec",
    "zh": "一月 | 二月 | 三月 | 四月 | 五月 | 六月 | 七月 | 八月 | 九月 | 十月 | 十一月 | 十二月",
}

_OTHERS = {
    "ar": "الإثنين الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "cs": "pondělí úterý středa čtvrtek pátek sobota neděle",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag",
    "en": "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "fa": (
        "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند شنبه یکشنبه دوشنبه سهشنبه "
        "چهارشنبه پنجشنبه جمعه"
    ),
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "hi": "अक्टू॰ सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार",
    "id": "senin selasa rabu kamis jumat sabtu minggu",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pl": "poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "pt": "segunda terça quarta quinta sexta sábado domingo",
    "ru": "понедельник вторник среда четверг пятница суббота воскресенье",
    "sv": "mar måndag tisdag onsdag torsdag fredag lördag söndag",
    "th": "วันจันทร์ วันอังคาร วันพุธ วันพฤหัสบดี วันศุกร์ วันเสาร์ วันอาทิตย์",
    "tr": "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "uk": "понеділок вівторок середа четвер субота неділя",
}
"""Days of the week, months of the Iranian calendar, and short forms of months."""

MONTH_NUMBERS = {
    language: {name: number for number, forms in enumerate(months.split(" | "), 1) for name in forms.split()}
    for language, months in _MONTHS.items()
}
"""The numbers of months by their names in lower case, by language. Japanese, Korean and Vietnamese write numbers."""

NAMES = frozenset(
    [name for names in MONTH_NUMBERS.values() for name in names]
    + [name for names in _OTHERS.values() for name in names.split()]
)
"""All names of months and days."""
