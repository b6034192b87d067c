"""Metadata: title, authors, dates and the rest, from the head, the elements and the lines of a document."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.facts.dates import iso_date, month_number
from cleaner.facts.given import with_given
from cleaner.facts.people import people
from cleaner.model import Fact, Result
from cleaner.pipeline import Pipeline

BODY = {
    "en": "The council of Halton decided on Tuesday to rebuild the bridge that the flood had carried away in spring.",
    "de": "Der Rat von Halting hat am Dienstag beschlossen, die Brücke wieder aufzubauen, die das Hochwasser zerstört hatte.",
    "fr": "Le conseil de Haltonville a décidé mardi de reconstruire le pont que la crue avait emporté au printemps dernier.",
    "es": "El ayuntamiento de Haltona decidió el martes reconstruir el puente que la crecida se había llevado en primavera.",
    "it": "Il consiglio di Altona ha deciso martedì di ricostruire il ponte che la piena aveva portato via in primavera.",
    "pt": "A câmara de Haltona decidiu na terça-feira reconstruir a ponte que a cheia tinha levado na última primavera.",
    "nl": "De raad van Halten besloot dinsdag de brug te herbouwen die het hoogwater in het voorjaar had meegenomen.",
    "pl": "Rada miasta Haltowo postanowiła we wtorek odbudować most, który wiosną zabrała ze sobą wielka powódź.",
    "ru": "Совет города Хальтова решил во вторник восстановить мост, который весной унесло сильное наводнение.",
    "uk": "Рада міста Хальтова вирішила у вівторок відбудувати міст, який навесні знесла велика повінь на річці.",
    "tr": "Halton belediye meclisi salı günü, ilkbaharda selin götürdüğü köprünün yeniden yapılmasına karar verdi.",
    "sv": "Kommunfullmäktige i Haltorp beslutade i tisdags att bygga upp bron som översvämningen tog med sig i våras.",
    "cs": "Zastupitelstvo Haltova v úterý rozhodlo znovu postavit most, který na jaře strhla velká povodeň na řece.",
    "id": "Dewan kota Halton memutuskan pada hari Selasa untuk membangun kembali jembatan yang hanyut oleh banjir.",
    "ja": "ハルトン市議会は火曜日、春の洪水で流された橋を再建することを決めた。工事は九月に始まる予定だ。",
    "zh": "哈尔顿市议会星期二决定重建春天被洪水冲走的桥梁。工程将于九月开始，预计明年春天完工通车。",
    "ko": "할턴 시의회는 화요일에 봄 홍수로 떠내려간 다리를 다시 세우기로 결정했다. 공사는 구월에 시작된다.",
}
# language, title, byline, author, date line, date
BYLINES = [
    ("en", "Halton rebuilds its bridge", "By Alba Brook and Jo van Dam", ["Alba Brook", "Jo van Dam"], "Published: 3 May 2024", "2024-05-03"),
    ("de", "Halting baut seine Brücke neu", "Von Uta Bach", ["Uta Bach"], "Veröffentlicht am 12. März 2024, 10:15 Uhr", "2024-03-12"),
    ("fr", "Haltonville reconstruit son pont", "Par Zoé Lefort", ["Zoé Lefort"], "Publié le 1er août 2023 à 10h15", "2023-08-01"),
    ("es", "Haltona reconstruye su puente", "Por Inés Olmo", ["Inés Olmo"], "Publicado: 3 de mayo de 2024", "2024-05-03"),
    ("it", "Altona ricostruisce il ponte", "Di Lia Conti", ["Lia Conti"], "Pubblicato il 12 marzo 2024", "2024-03-12"),
    ("pt", "Haltona reconstrói a ponte", "Por Rui Matos", ["Rui Matos"], "Publicado em 12 de março de 2024", "2024-03-12"),
    ("nl", "Halten herbouwt zijn brug", "Door Anke de Wit", ["Anke de Wit"], "Gepubliceerd op 12 maart 2024", "2024-03-12"),
    ("pl", "Haltowo odbudowuje most", "Autor: Ewa Lis", ["Ewa Lis"], "Opublikowano: 5 marca 2024", "2024-03-05"),
    ("ru", "Хальтов восстановит мост", "Автор: Анна Речная", ["Анна Речная"], "Опубликовано: 12 марта 2024", "2024-03-12"),
    ("uk", "Хальтів відбудує міст", "Автор: Олена Мостова", ["Олена Мостова"], "Опубліковано: 12 березня 2024", "2024-03-12"),
    ("tr", "Halton köprüsünü yeniliyor", "Yazan: Elif Köprülü", ["Elif Köprülü"], "Yayınlanma: 12 Mart 2024", "2024-03-12"),
    ("sv", "Haltorp bygger upp bron", "Av Siv Lind", ["Siv Lind"], "Publicerad 12 mars 2024", "2024-03-12"),
    ("cs", "Haltov znovu staví most", "Autor: Iva Lípová", ["Iva Lípová"], "Zveřejněno: 12. března 2024", "2024-03-12"),
    ("id", "Halton membangun jembatan", "Oleh Sari Putri", ["Sari Putri"], "Diterbitkan: 12 Maret 2024", "2024-03-12"),
    ("ja", "ハルトン市が橋を再建", "文・山田花子", ["山田花子"], "公開日：2024年5月6日", "2024-05-06"),
    ("zh", "哈尔顿重建桥梁", "作者：王小河", ["王小河"], "发布时间：2024年5月6日 12:30", "2024-05-06"),
    ("ko", "할턴, 다리를 다시 세운다", "글: 김강물", ["김강물"], "입력 2024. 5. 6.", "2024-05-06"),
]  # fmt: skip
LANGUAGES = [case[0] for case in BYLINES]


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline(classifier="rules")


def run(html: str, url: str = "") -> Result:
    return pipeline().run(html, kind="html", url=url)


def page(body: str, head: str = "", lang: str = "en") -> str:
    return f"<!DOCTYPE html><html lang='{lang}'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


def prose(lang: str = "en") -> str:
    return f"<p>{BODY[lang]}</p>" * 4


def first(result: Result, name: str) -> str:
    return next(iter(result.metadata.get(name, ())), "")


@pytest.mark.parametrize("case", BYLINES, ids=LANGUAGES)
def test_lines_below_the_headline_of_a_page(case: tuple[str, str, str, list[str], str, str]) -> None:
    lang, title, byline, authors, line, day = case
    result = run(page(f"<article><h1>{title}</h1><p>{byline}</p><p>{line}</p>{prose(lang)}</article>", lang=lang))
    assert first(result, "title") == title
    assert list(result.metadata.get("author", ())) == authors
    assert (first(result, "date"), first(result, "date_text")) == (day, line)


@pytest.mark.parametrize("case", BYLINES, ids=LANGUAGES)
def test_lines_of_a_text(case: tuple[str, str, str, list[str], str, str]) -> None:
    lang, title, byline, authors, line, day = case
    text = f"{title}\n\n{byline}\n\n{line}\n\n" + f"{BODY[lang]}\n\n" * 4
    result = pipeline().run(text, kind="text")
    assert list(result.metadata.get("author", ())) == authors
    assert first(result, "date") == day


def test_the_most_trusted_place_counts_and_is_named() -> None:
    json_ld = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Halton rebuilds its bridge",'
        '"author":[{"@type":"Person","name":"Alba Brook"},{"@type":"Organization","name":"The Bote"}],'
        '"publisher":{"name":"The Bote"},"datePublished":"2024-05-03T23:30:00-05:00","dateModified":"2024-05-04",'
        '"articleSection":"Towns","keywords":["bridge","flood, river"],"isAccessibleForFree":"False",'
        '"image":{"url":"/bridge.jpg"},"description":"A bridge again."}</script>'
    )
    head = f"{json_ld}<title>Halton rebuilds its bridge | The Bote</title><meta name=author content='The Bote'>"
    result = run(page(f"<h1>Halton rebuilds its bridge</h1>{prose()}", head), url="https://bote.example/a/b")
    found = {fact.name: (fact.value, fact.origin) for fact in reversed(result.facts)}
    assert found["title"] == ("Halton rebuilds its bridge", "headline")
    assert result.metadata["author"] == ("Alba Brook",)
    assert found["author"][1] == "json-ld"
    assert found["date"] == ("2024-05-03", "json-ld")
    assert found["date_text"] == ("2024-05-03T23:30:00-05:00", "json-ld")
    assert found["date_modified"] == ("2024-05-04", "json-ld")
    assert found["section"] == ("Towns", "json-ld")
    assert result.metadata["tags"] == ("bridge", "flood", "river")
    assert found["paywall"] == ("yes", "json-ld")
    assert found["image"] == ("https://bote.example/bridge.jpg", "json-ld")
    assert found["url"] == ("https://bote.example/a/b", "given")


@pytest.mark.parametrize(
    ("markup", "author", "origin"),
    [
        ("<span itemprop=author><span itemprop=name>Alba Brook</span></span>", "Alba Brook", "microdata"),
        ("<a rel=author href=/x>Alba Brook</a>", "Alba Brook", "rel"),
        ("<div class='article-byline'>Alba Brook</div>", "Alba Brook", "byline"),
        ("<a href='/author/ab'>Alba Brook</a>", "Alba Brook", "byline"),
    ],
)
def test_authors_in_elements(markup: str, author: str, origin: str) -> None:
    result = run(page(f"<article><h1>Halton rebuilds its bridge</h1>{markup}{prose()}</article>"))
    assert [(fact.value, fact.origin) for fact in result.facts if fact.name == "author"] == [(author, origin)]


OTHERS = [
    "<aside><a rel=author href=/x>Jo Roe</a><time datetime=2020-01-02>2 Jan</time></aside>",
    "<div class='related-stories'><span class=byline>By Jo Roe</span><time datetime=2020-01-02>2 Jan</time></div>",
    "<section id=comments><span class=author>Jo Roe</span><time datetime=2020-01-02>2 Jan</time></section>",
    "<article class=teaser><h2>Rain</h2><a rel=author href=/x>Jo Roe</a><time datetime=2020-01-02>x</time></article>",
    "<footer>© 2020 The Bote</footer>",
    "<div>Copyright 2019-2020 The Bote. All rights reserved.</div>",
]


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_not_there_is_empty(other: str) -> None:
    """Neither other articles nor a notice of copyright fill a field."""
    result = run(page(f"<article><h1>Halton rebuilds its bridge</h1>{prose()}</article>{other}"))
    assert {"author", "date", "date_modified"}.isdisjoint(result.metadata)


@pytest.mark.parametrize(
    "name",
    [
        "Staff Reporter",
        "TMZ Staff",
        "info@bote.example",
        "https://x.example/ann",
        "The Bote",
        "Redaktion",
        "admin",
        "AP",
    ],
)
def test_what_is_no_person_is_no_author(name: str) -> None:
    head = f"<meta name=author content='{name}'><meta property='og:site_name' content='The Bote'>"
    assert "author" not in run(page(f"<h1>Halton rebuilds its bridge</h1>{prose()}", head)).metadata


def test_an_agency_is_an_author_only_where_nobody_else_is() -> None:
    head = "<meta name=author content='The Associated Press'>"
    body = f"<h1>Halton rebuilds its bridge</h1>{prose()}"
    assert run(page(body, head)).metadata["author"] == ("The Associated Press",)
    assert run(page(body, f"{head}<meta name=author content='Jo Roe'>")).metadata["author"] == ("Jo Roe",)
    assert "author" not in run(page(body, f"{head}<meta name=author content='Night Desk'>")).metadata


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Halton rebuilds its bridge - The Bote", "Halton rebuilds its bridge"),
        ("The Bote | Halton rebuilds its bridge", "Halton rebuilds its bridge"),
        ("Halton rebuilds its bridge | News | The Bote", "Halton rebuilds its bridge"),
        ("Bridge - a play in two acts", "Bridge - a play in two acts"),
    ],
)
def test_a_title_has_no_name_of_the_site(title: str, found: str) -> None:
    head = f"<title>{title}</title><meta property='og:site_name' content='The Bote'>"
    result = run(page(prose(), head))
    assert result.metadata["title"] == (found,)


def test_the_headline_is_the_title_whatever_networks_are_told() -> None:
    head = "<title>The Bote</title><meta property='og:title' content='You will not believe this'>"
    assert run(page(f"<h1>Halton rebuilds its bridge</h1>{prose()}", head)).metadata["title"] == (
        "Halton rebuilds its bridge",
    )


def test_the_day_that_a_page_shows_goes_before_the_day_of_greenwich() -> None:
    head = "<meta property='article:published_time' content='2024-05-04T02:30:00Z'>"
    body = f"<h1>Halton rebuilds its bridge</h1><p class=date>May 3, 2024 10:30 pm</p>{prose()}"
    assert first(run(page(body, head)), "date") == "2024-05-03"


def test_a_page_that_shows_two_days_has_the_declared_one() -> None:
    head = "<meta property='article:published_time' content='2024-05-03'>"
    body = f"<h1>Halton rebuilds its bridge</h1><p>Published May 3, 2024</p><p>Updated May 9, 2024</p>{prose()}"
    result = run(page(body, head))
    assert (first(result, "date"), first(result, "date_modified")) == ("2024-05-03", "2024-05-09")


@pytest.mark.parametrize(
    ("text", "lang"),
    [("© 2024", "en"), ("2024", ""), ("May 2024", "en"), ("3/5/2024", ""), ("3/5/2024", "en"), ("31 February 2024", "en"),
     ("3 hours ago", "en"), ("1403-02-14", "fa"), ("yesterday", "en"), ("99/99/2024", "de")],
)  # fmt: skip
def test_no_date_is_completed_or_guessed(text: str, lang: str) -> None:
    assert iso_date(text, lang) == ""


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(
        ("{0:%Y-%m-%d}", "{0:%Y-%m-%dT%H:%M:%SZ}", "{0:%d.%m.%Y}", "{0:%Y/%m/%d}", "{0.year}年{0.month}月{0.day}日")
    ),
    st.text(alphabet="abc ,:|", max_size=10),
)
def test_a_date_is_read_back(day: date, form: str, around: str) -> None:
    assert iso_date(f"{around} {form.format(day)} {around}") == day.isoformat()


@given(
    st.text(alphabet="0123456789 -/.:,年月日JanFebruary", max_size=40), st.sampled_from(("", "en", "de", "ja", "th"))
)
def test_a_date_is_valid_and_its_numbers_are_in_the_text(text: str, lang: str) -> None:
    day = iso_date(text, lang)
    if day:
        parsed = date.fromisoformat(day)
        years = {str(parsed.year), str(parsed.year + 543), f"{parsed.year % 100:02}"}
        assert any(year in text for year in years)
        assert str(parsed.day) in text


NAMES = st.lists(
    st.sampled_from(("Alba Brook", "Jo van Dam", "Zoé Lefort", "Ewa Lis-Nowak", "Анна Речная")), max_size=3
)


@given(NAMES, st.sampled_from((", ", "; ", " and ", " & ", " / ")), st.sampled_from(("", "By ", "Text: ")))
def test_people_are_listed_one_by_one(names: list[str], between: str, label: str) -> None:
    assert people(label + between.join(names)) == list(dict.fromkeys(names))


@given(st.text(max_size=80), st.booleans())
def test_a_person_is_in_the_text(text: str, is_line: bool) -> None:
    for name in people(text, is_line=is_line):
        assert name in " ".join(text.split())


WORDS = (
    "By",
    "Alba Brook",
    "Published",
    "3 May 2024",
    "©",
    "2024",
    "Rain falls on the town.",
    "Updated",
    "5/6/2024",
    "Staff",
)
LINES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join), max_size=8)


@given(LINES, st.booleans())
def test_facts_are_in_the_document(lines: list[str], is_page: bool) -> None:
    """A date is a valid day, an author is a person in the document, and every fact names its origin."""
    text = "\n\n".join(lines) + f"\n\n{BODY['en']}\n"
    source = page("".join(f"<p>{line}</p>" for line in text.split("\n\n"))) if is_page else text
    result = pipeline().run(source, kind="html" if is_page else "text")
    for fact in result.facts:
        assert fact.value
        assert fact.origin
        if fact.name in ("date", "date_modified"):
            assert fact.value == "2024-05-03"
        elif fact.name in ("author", "title", "date_text"):
            assert fact.value in " ".join(source.split()) or fact.value in " ".join(result.document.text.split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_text_that_ends_at_a_prompt_to_pay_is_named(lang: str) -> None:
    text = f"{BODY[lang]}\n\n" * 4
    assert not any("truncated_paywall" in one for one in pipeline().run(text, kind="text").warnings)
    prompts = {
        "en": "Subscribe to continue reading",
        "de": "Jetzt weiterlesen mit Plus",
        "fr": "Article réservé aux abonnés",
    }
    if prompt := prompts.get(lang):
        result = pipeline().run(f"{text}{prompt}\n", kind="text")
        assert sum("truncated_paywall" in one for one in result.warnings) == 1
        inside = pipeline().run(f"{text}{prompt}\n\n{text}", kind="text")
        assert not any("truncated_paywall" in one for one in inside.warnings)


def test_months_are_read_in_their_language() -> None:
    assert [month_number("März".lower(), "de"), month_number("marca", "pl"), month_number("rain", "en")] == [3, 3, 0]


def test_a_sidecar_fills_fields_and_its_conflicts_are_told() -> None:
    facts = (
        Fact("title", "Rain", 1, "headline"),
        Fact("date", "2024-05-03", 0, "meta"),
        Fact("date_text", "x", 0, "meta"),
    )
    given = {
        "title": "Sun",
        "authors": ["Alba Brook", "Jo Roe"],
        "published": "3 May 2024",
        "keywords": "a, b",
        "depth": 2,
    }
    merged, warnings = with_given(facts, given)
    assert {(fact.name, fact.value) for fact in merged} == {
        ("title", "Sun"), ("author", "Alba Brook"), ("author", "Jo Roe"), ("date", "2024-05-03"),
        ("date_text", "3 May 2024"), ("tags", "a"), ("tags", "b"),
    }  # fmt: skip
    assert warnings == ("title: the sidecar says 'Sun', the document says 'Rain'",)
    assert with_given(facts, {"title": "Rain!"})[1] == ()
    assert with_given(facts, {"title": 5, "date": "soon"}) == (facts, ())


@pytest.mark.parametrize(
    ("text", "lang", "day"),
    [
        ("Ann LeeMay 3, 2024", "en", "2024-05-03"),
        ("12 ม.ค. 2567", "th", "2024-01-12"),
        ("5 มี.ค. 2024", "th", "2024-03-05"),
        ("3. marraskuuta 2023", "fi", "2023-11-03"),
        ("3 fevrier 2024", "fr", "2024-02-03"),
    ],
)
def test_days_with_names_of_months(text: str, lang: str, day: str) -> None:
    assert iso_date(text, lang) == day


def test_meta_elements_that_parsers_put_into_the_body_count() -> None:
    head = "<title>Rain</title><img src=x><meta name='author' content='Alba Brook'>"
    assert run(page(f"<h1>Rain</h1>{prose()}", head)).metadata["author"] == ("Alba Brook",)
    late = f"<meta property='og:site_name' content='The Bote'><h1>Rain</h1>{prose()}"
    assert run(page(late)).metadata["site"] == ("The Bote",)
    thing = f"<h1>Rain</h1>{prose()}<div itemscope><meta itemprop='headline' content='A lamp'></div>"
    assert "A lamp" not in run(page(thing, "<title>Rain</title>")).metadata["title"]


def test_a_byline_that_names_only_an_agency_names_the_author() -> None:
    found = run(page(f"<article><h1>Rain in the north</h1><p>By The Associated Press</p>{prose()}</article>"))
    assert found.metadata["author"] == ("The Associated Press",)


def test_the_name_of_an_account_is_no_author_where_another_one_is_declared() -> None:
    label = "<meta name='twitter:label1' content='Written by'><meta name='twitter:data1' content='Alba Brook'>"
    body = f"<h1>Rain in the north</h1>{prose()}"
    assert run(page(body, label)).metadata["author"] == ("Alba Brook",)
    assert "author" not in run(page(body, f"{label}<meta name='author' content='Sales Team'>")).metadata


def test_facts_are_the_same_after_another_page_was_cleaned() -> None:
    markup = f"<article><h1>Rain in the north</h1><span class='byline'>By Alba Brook</span>{prose()}</article>"
    one, other = run(page(markup)), run(page("<h1>Sun</h1>" + prose("de")))
    assert first(other, "title") == "Sun"
    assert tuple(one.facts) == tuple(run(page(markup)).facts)


def test_full_metadata_has_a_date_only_where_a_line_states_it() -> None:
    full = Pipeline(classifier="rules", metadata="full")
    stated = page(f"<h1>Rain in the north</h1>{prose()}<p>Halton, 3 May 2024, all day.</p>")
    hidden = page(f"<h1>Rain in the north</h1>{prose()}<p>© 2024 The Bote</p>")
    assert full.run(stated, kind="html").metadata["date"] == ("2024-05-03",)
    assert "date" not in full.run(hidden, kind="html").metadata
