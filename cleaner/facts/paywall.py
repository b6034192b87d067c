"""Whether a text ends at a prompt to pay: then the rest of it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.fold import fold
from cleaner.model import Blocks, Document

if TYPE_CHECKING:
    from cleaner.facts.head import Level

WARNING = "truncated_paywall: the text ends at a prompt to subscribe or to log in; the rest of it may be missing"

_PHRASES = tuple(
    map(
        fold,
        (
            "subscribe to continue reading",
            "subscribe to keep reading",
            "subscribe to read the full",
            "to continue reading this article",
            "to read the full article",
            "this article is for subscribers",
            "this content is for subscribers",
            "already a subscriber?",
            "weiterlesen mit",
            "jetzt weiterlesen",
            "um weiterzulesen",
            "nur für abonnenten",
            "artikel ist nur für",
            "réservé aux abonnés",
            "pour lire la suite",
            "il vous reste",
            "contenido exclusivo para suscriptores",
            "suscríbete para seguir leyendo",
            "para seguir leyendo",
            "conteúdo exclusivo para assinantes",
            "para continuar lendo",
            "para continuar a ler",
            "contenuto riservato agli abbonati",
            "abbonati per continuare a leggere",
            "om verder te lezen",
            "alleen voor abonnees",
            "artykuł dostępny tylko dla",
            "aby czytać dalej",
            "článek je pouze pro předplatitele",
            "pro předplatitele",
            "för att fortsätta läsa",
            "endast för prenumeranter",
            "материал доступен только подписчикам",
            "оформите подписку, чтобы",
            "матеріал доступний лише передплатникам",
            "devamını okumak için abone",
            "lanjutkan membaca dengan berlangganan",
            "この記事は有料会員",
            "有料会員限定",
            "この続きを読むには",
            "订阅后继续阅读",
            "付费后阅读全文",
            "訂閱後繼續閱讀",
            "유료 회원 전용",
            "구독하고 계속 읽기",
        ),
    )
)
"""Stock phrases of prompts to pay, in the matching form."""
_MAX_WORDS = 60  # words of the longest prompt
_REACH = 12  # blocks after the last paragraph


def stub_warnings(document: Document, level: Level) -> tuple[str, ...]:
    """The warning for a document that is a stub; none with the level ``none``."""
    return (WARNING,) if level != "none" and is_stub(document.blocks) else ()


def is_stub(blocks: Blocks) -> bool:
    """Whether a prompt to pay is the end of the running text, or comes directly after it."""
    last = next((i for i in reversed(range(len(blocks))) if blocks.prose[i] and not _is_prompt(blocks, i)), -1)
    return any(_is_prompt(blocks, i) for i in range(last + 1, min(last + 1 + _REACH, len(blocks))))


def _is_prompt(blocks: Blocks, i: int) -> bool:
    return blocks.words[i] <= _MAX_WORDS and any(phrase in blocks.folded[i] for phrase in _PHRASES)
