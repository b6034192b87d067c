"""Short articles about comments, log-ins, cookies and newsletters keep each sentence, alone and between furniture."""

from __future__ import annotations

import pytest

from cleaner import clean

ABOVE = "Skip to main content\nHome\nNews\nSport\nListen live\n\n"
BELOW = (
    "\n\nShare this article\nRelated articles\nMinister Visits Flooded Valley For the Second Time\n"
    "Accept all cookies\n© 2021 Lune Valley News. All rights reserved.\n"
)
ARTICLES = {
    "en": """\
Why our comments close at night

From Monday nobody can write below our articles between ten at night and six in the morning.
Abusive comments will be removed.
Comments are closed below reports from the courts.
You must be logged in to comment, and that will stay.
Four people read what arrives, and none of them works at night.""",
    "de": """\
Warum wir Kommentare nachts schließen

Vier Leute lesen, was unter den Artikeln steht, und nachts schlafen sie.
Beleidigende Kommentare werden gelöscht.
Bitte melden Sie sich an, um zu kommentieren: Daran ändert sich nichts.
Die Kommentarfunktion ist geschlossen.
Im Mai klagten darüber zwölf Leser.""",
    "fr": """\
Pourquoi nous fermons les commentaires la nuit

Quatre personnes lisent ce qui arrive, et la nuit elles dorment.
Les commentaires injurieux sont supprimés.
Vous devez être connecté pour commenter, comme avant.
Les commentaires sont fermés sous les articles de justice.
Douze lecteurs s'en sont plaints en mai.""",
    "es": """\
Por qué cerramos los comentarios de noche

Cuatro personas leen lo que llega, y de noche duermen.
Los comentarios ofensivos serán eliminados.
Debe iniciar sesión para comentar, como siempre.
Los comentarios están cerrados en las noticias de tribunales.
Doce lectores se quejaron en mayo.""",
    "it": """\
Perché di notte chiudiamo i commenti

Quattro persone leggono quello che arriva, e di notte dormono.
I commenti offensivi saranno rimossi.
Devi effettuare il login per commentare, come prima.
I commenti sono chiusi sotto le cronache giudiziarie.
A maggio si sono lamentati dodici lettori.""",
}


@pytest.mark.parametrize("profile", ["careful", "balanced"])
@pytest.mark.parametrize("language", ARTICLES)
def test_an_article_about_comments_keeps_each_sentence(language, profile):
    article = ARTICLES[language]
    for text in (article, f"{ABOVE}{article}{BELOW}"):
        kept = clean(text, profile=profile).split("\n")
        assert [line for line in article.split("\n") if line not in kept] == []


SENTENCES = {
    "en": ("Researchers asked a thousand people.", "Sign up to our newsletter, says the third box.", "Few did."),
    "fr": ("Mille lecteurs ont répondu.", "Connectez-vous pour commenter, dit l'écran.", "Peu le font."),
    "pl": ("Zapytano tysiąc osób w Lublinie.", "Zapisz się do newslettera, brzmi trzecie.", "Mało kto to robi."),
    "tr": ("Bin kişiye bu soru soruldu.", "Bültenimize abone olun, diyor posta kutusu.", "Az kişi oldu."),
}


@pytest.mark.parametrize("sentences", SENTENCES.values(), ids=SENTENCES)
def test_a_text_without_furniture_keeps_its_sentences(sentences):
    text = "\n".join(sentences) + "\n"
    assert clean(text) == text


@pytest.mark.parametrize("answers", [("Ja.", "Nein."), ("Sí.", "No."), ("Да.", "Нет."), ("Accept.", "Reject.")])
def test_answers_of_one_word_are_no_buttons(answers):
    asked = f"Would the mayor run again?\n{answers[0]}\nAnd her deputy, who lost the last election by four votes?\n{answers[1]}"
    prose = "She closed the window and told us that the bridge would be opened before the summer began."
    kept = clean(f"{ABOVE}{prose}\n\n{asked}\n\n{prose[:-1]} again.{BELOW}").split("\n")
    assert set(answers) <= set(kept)


def test_verses_that_go_on_are_no_menu():
    poem = "Zurück,\nweiter,\nnach oben,\nund immer weiter."
    prose = "She closed the window and told us that the bridge would be opened before the summer began."
    kept = clean(f"{ABOVE}{prose}\n\n{poem}\n\n{prose[:-1]} again.{BELOW}")
    assert poem in kept
