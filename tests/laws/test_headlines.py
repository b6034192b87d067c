"""The headline of a text stays in every language of the packs, also below a menu, and in scripts without capitals.

Titles, prose and menus are those of ``planted/*.toml``; the languages of the packs that have no file there are written
here. The furniture is what the pack of the language removes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import planted_content as planted
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.packs.load import builtin_folder
from cleaner.pipeline import Pipeline


class Written(NamedTuple):
    """Titles, paragraphs that repeat words of theirs, and the menu of a site."""

    titles: Sequence[str]
    prose: Sequence[str]
    menu: Sequence[str]


MORE = {
    "cs": Written(
        ("Zima u starého mlýna", "Most nad řekou se zavírá na týden"),
        (
            "Trajekt opustil nábřeží před svítáním, a když se mlha zvedla, viděli jsme všechny tři majáky v zálivu.",
            "Inženýři zavřeli dva pruhy mostu na celý týden, aby mohli vyměnit spoje jeho východní části nad řekou.",
            "Druhou zimu řeka zamrzla až ke starému mlýnu a děti chodily do školy po ledě celé tři měsíce.",
            "Pekař říká, že pec je starší než dům, protože dům kolem ní postavili až po velkém požáru.",
        ),
        ("Domů", "Zprávy", "Sport", "Přihlásit se"),
    ),
    "id": Written(
        ("Musim dingin di dekat kincir", "Jembatan sungai ditutup selama seminggu"),
        (
            "Kapal feri meninggalkan dermaga sebelum fajar, dan ketika kabut terangkat kami melihat ketiga mercusuar.",
            "Para insinyur menutup dua jalur jembatan selama seminggu agar sambungan di sisi timur dapat diganti.",
            "Pada musim dingin kedua sungai membeku sampai ke kincir, dan anak-anak berjalan ke sekolah di atas es.",
            "Tukang roti berkata bahwa tungku itu lebih tua daripada rumahnya, karena rumah dibangun sesudah kebakaran.",
        ),
        ("Beranda", "Berita", "Olahraga", "Masuk"),
    ),
    "nl": Written(
        ("Een winter bij de molen", "De brug over de rivier gaat een week dicht"),
        (
            "De veerboot verliet de kade voor zonsopgang, en toen de mist optrok zagen we de drie vuurtorens van de baai.",
            "De ingenieurs sloten twee rijstroken van de brug een week lang om de voegen aan de oostkant te vervangen.",
            "In de tweede winter bevroor de rivier tot aan de molen, en de kinderen liepen over het ijs naar school.",
            "De bakker zegt dat de oven ouder is dan het huis, want het huis is er na de brand omheen gebouwd.",
        ),
        ("Home", "Nieuws", "Sport", "Inloggen"),
    ),
    "pl": Written(
        ("Zima przy starym młynie", "Most na rzece będzie zamknięty przez tydzień"),
        (
            "Prom odpłynął z nabrzeża przed świtem, a gdy mgła opadła, zobaczyliśmy wszystkie trzy latarnie w zatoce.",
            "Inżynierowie zamknęli dwa pasy mostu na cały tydzień, żeby wymienić złącza jego wschodniego przęsła.",
            "Drugiej zimy rzeka zamarzła aż po stary młyn, a dzieci chodziły do szkoły po lodzie przez trzy miesiące.",
            "Piekarz mówi, że piec jest starszy niż dom, bo dom zbudowano wokół niego dopiero po wielkim pożarze.",
        ),
        ("Strona główna", "Wiadomości", "Sport", "Zaloguj się"),
    ),
    "sv": Written(
        ("En vinter vid den gamla kvarnen", "Bron över floden stängs i en vecka"),
        (
            "Färjan lämnade kajen före gryningen, och när dimman lättade såg vi alla tre fyrarna ute i viken.",
            "Ingenjörerna stängde två körfält på bron i en vecka för att kunna byta fogarna på den östra sidan.",
            "Den andra vintern frös floden ända till kvarnen, och barnen gick till skolan längs isen i tre månader.",
            "Bagaren säger att ugnen är äldre än huset, eftersom huset byggdes runt den efter den stora branden.",
        ),
        ("Hem", "Nyheter", "Sport", "Logga in"),
    ),
    "tr": Written(
        ("Eski değirmende bir kış", "Nehirdeki köprü bir hafta kapalı kalacak"),
        (
            "Vapur şafaktan önce iskeleden ayrıldı ve sis kalkınca körfezdeki üç deniz fenerini de birden gördük.",
            "Mühendisler doğu yakasındaki ekleri değiştirmek için köprünün iki şeridini bir hafta boyunca kapattılar.",
            "İkinci kış nehir eski değirmene kadar dondu ve çocuklar üç ay boyunca buzun üzerinden okula yürüdüler.",
            "Fırıncı fırının evden daha eski olduğunu söylüyor, çünkü ev büyük yangından sonra onun çevresine yapılmış.",
        ),
        ("Ana sayfa", "Haberler", "Spor", "Giriş yap"),
    ),
}
OTHERS = ("Edition: North", "Est. 1891", "12°C, light rain", "The Lune Valley Weekly")
"""Lines of the head of a page that no pack has."""
BELOW_TITLE = ("6 March 2021", "12:30", "Ann Lee")


def _written(language: str) -> Written:
    """The content of a language. A title of two words looks like an entry of a menu, so there is none here."""
    if language in MORE:
        return MORE[language]
    words = planted.languages()[language]
    return Written([title for title in words["title"] if len(title.split()) != 2], words["prose"], words["menu"])


LANGUAGES = sorted({path.stem for path in (builtin_folder() / "lang").glob("*.toml")} | {"en"})


@lru_cache(maxsize=2)
def careful(classifier: str) -> Pipeline:
    return Pipeline(profile="careful", classifier=classifier, metadata="none")  # type: ignore[arg-type]


@st.composite
def headed_texts(draw: st.DrawFn, language: str) -> tuple[str, str]:
    """A text and its headline, with furniture above and below."""
    words = _written(language)
    title = draw(st.sampled_from(words.titles))
    prose = draw(st.permutations(words.prose))[:5]
    spoken = planted.furniture_of(language) or planted.furniture_of("en")
    noise = st.lists(st.sampled_from(spoken), max_size=8, unique=True)
    above = [*draw(noise), *draw(st.sampled_from([(), words.menu])), *draw(st.sampled_from([(), OTHERS[:2], OTHERS]))]
    below_title = draw(st.lists(st.sampled_from(BELOW_TITLE), max_size=2, unique=True))
    lines = [*draw(st.permutations(above)), title, *below_title]
    # lines of one length in a script without spaces are a paragraph that was wrapped: Thai needs blank lines
    gap = "\n\n" if language == "th" else draw(st.sampled_from(["\n", "\n\n"]))
    between = draw(st.sampled_from(["\n", "\n\n"]))  # a text may have blank lines between its paragraphs only
    body = "\n\n".join(prose) if gap == "\n" else gap.join(prose)
    return between.join(lines) + "\n\n" + body + "\n\n" + between.join(draw(noise)) + "\n", title


@pytest.mark.parametrize("classifier", ["rules", "blocks"])
@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data())
def test_the_headline_of_a_text_stays(classifier: str, language: str, data: st.DataObject) -> None:
    text, title = data.draw(headed_texts(language))
    kept = careful(classifier).run(text, kind="text").text
    assert title in {line.strip() for line in kept.splitlines()}


def test_each_language_of_the_packs_has_titles_and_prose() -> None:
    for language in LANGUAGES:
        words = _written(language)
        assert words.titles
        assert len(words.prose) >= 4


def test_menus_above_the_headline_go() -> None:
    """The law holds for texts that lose their furniture; a text that keeps all of it says nothing."""
    for language in LANGUAGES:
        words, spoken = _written(language), planted.furniture_of(language) or planted.furniture_of("en")
        text = "\n\n".join([*spoken[:8], words.titles[0], *words.prose, *spoken[8:16]])
        kept = careful("rules").run(f"{text}\n", kind="text").text.split("\n\n")
        assert words.titles[0] in kept
        assert not set(spoken[:4]) <= set(kept)
