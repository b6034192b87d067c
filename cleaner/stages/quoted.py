"""The headers of mails that a mail quotes or forwards. The quoted text itself is content."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.model import Blocks, Kind, Mark
from cleaner.packs.rule import StageRule
from cleaner.stages.base import Stage
from cleaner.view import View

_MIN_FIELDS = 3
_MARKER_WORDS = 6
_SENDER = "from|von|de|da|van|od|от|від|från|fra|kimden|发件人|寄件者|寄件人|差出人|送信者|보낸 사람"
_SENT = (
    "sent|gesendet|envoyé|enviado|enviado el|enviada em|inviato|verzonden|wysłano|wysłane|отправлено|надіслано|skickat|"
    "sendt|gönderildi|发送时间|傳送時間|寄件日期|送信日時|보낸 날짜"
)
_DATE = f"{_SENT}|date|datum|fecha|data|дата|dato|tarih|日期|日時|날짜"
_RECEIVER = "to|an|à|a|para|per|aan|do|кому|till|til|kime|收件人|收件者|宛先|받는 사람"
_COPY = "cc|bcc|kopie|copie|copia|cópia|dw|копия|копія|kopia|kopi|bilgi|抄送|副本|참조|reply-to|answer to|antwort an"
_SUBJECT = "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|temat|тема|ämne|emne|konu|主题|主旨|主題|件名|제목"
_FIELD = re.compile(
    rf"[>|*\s]*(?:(?P<sender>{_SENDER})|(?P<sent>{_SENT})|(?P<date>{_DATE})|(?P<receiver>{_RECEIVER})|(?P<copy>{_COPY})"
    rf"|(?P<subject>{_SUBJECT}))\s?[*]*\s?[:：]",
    re.IGNORECASE,
)
_ORIGINAL = (
    "original message|forwarded message|forwarded by|begin forwarded message|ursprüngliche nachricht|"
    "original-nachricht|weitergeleitete nachricht|"
    "message d'origine|message original|message transféré|début du message transféré|"
    "mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|inizio messaggio inoltrato|"
    "mensagem original|mensagem encaminhada|oorspronkelijk bericht|doorgestuurd bericht|"
    "oryginalna wiadomość|wiadomość oryginalna|przekazana wiadomość|исходное сообщение|пересылаемое сообщение|"
    "пересланное сообщение|ursprungligt meddelande|原始邮件|转发邮件信息|转发的邮件|原始郵件|轉寄的郵件|"
    "元のメッセージ|転送メッセージ|원본 메시지"
)
_MARKER = re.compile(rf"[>\s]*[-—_=\s]*(?:{_ORIGINAL})\s?[-—_=\s:：]*", re.IGNORECASE)


HEADER = StageRule(
    id="mail/quoted-header",
    category="mail",
    summary="The header of a mail that the mail quotes or forwards.",
    why="Mail programs write it: a line that announces a quoted mail, and at least three of its fields in a row.",
    two_signs=True,
    removes=(
        """
  The bridge stays shut until Monday, as you can read below.

- -----Original Message-----
- From: Jane Doe <jane@planet.example>
- Sent: Monday, 3 May 2021 09:12
- To: Desk <desk@planet.example>
- Subject: The bridge

  The river has washed out the ramp, and nobody may cross before we have looked at the piers.
""",
    ),
    keeps=(
        """
A mail begins with fields, as the clerk explained to the council at length:
From: the mayor
To: the council
Date: 3 May
Subject: the bridge
""",
    ),
)


class Quoted(Stage):
    """Marks headers of quoted mails in plain text. The header of the mail itself, above all text, stays."""

    rules = (HEADER,)

    def __call__(self, page: View) -> Iterator[Mark]:
        blocks = page.document.blocks
        if blocks.tree is not None:
            return
        end = 0
        for i in _openings(blocks):
            if i < end or _field(blocks, i) != "sender":
                continue
            is_announced = i > 0 and _is_marker(blocks, i - 1)
            end = _end_of_header(blocks, i, is_announced=is_announced)
            for j in range(i - is_announced, end if end > i else 0):
                yield HEADER.mark(blocks.span(j))


def _openings(blocks: Blocks) -> list[int]:
    """The lines with a colon that begin at least `_MIN_FIELDS` such lines in a row."""
    with_colon = [i for i, text in enumerate(blocks.texts) if ":" in text or "：" in text]
    return [i for i, j in zip(with_colon, with_colon[_MIN_FIELDS - 1 :], strict=False) if j - i == _MIN_FIELDS - 1]


def _end_of_header(blocks: Blocks, start: int, *, is_announced: bool) -> int:
    """The block after the header that begins with block ``start``; ``start`` if it is not that of a quoted mail."""
    fields: list[str] = []
    end = start
    while end < len(blocks) and (end == start or not blocks.apart[end]) and (name := _field(blocks, end)):
        fields.append(name)
        end += 1
    is_header = len(fields) >= _MIN_FIELDS and (
        is_announced or (start and "sent" in fields and fields[-1] == "subject")
    )
    return end if is_header else start


def _is_marker(blocks: Blocks, i: int) -> bool:
    return blocks.words[i] <= _MARKER_WORDS and _MARKER.fullmatch(blocks.texts[i]) is not None


def _field(blocks: Blocks, i: int) -> str:
    """The field of a mail that a line holds; empty if it holds none."""
    text = blocks.texts[i]
    if (":" not in text and "：" not in text) or blocks.kinds[i] is Kind.CODE or not (found := _FIELD.match(text)):
        return ""
    return found.lastgroup or ""
