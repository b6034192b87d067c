"""The metadata of a document: for each field the value from the most trusted place, and that place.

A field that is stated nowhere is absent: nothing is guessed, and no year of a copyright notice becomes a date. The
places and their order are in docs/metadata.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urljoin

import regex

from cleaner.chars import LINE_END
from cleaner.facts import titles
from cleaner.facts.bylines import read_lines
from cleaner.facts.claims import (
    BYLINE,
    GIVEN,
    HEADLINE,
    JSON_LD,
    LINE,
    META,
    MICRODATA,
    REL,
    TIME,
    URL,
    Claim,
)
from cleaner.facts.dates import is_next, iso_date
from cleaner.facts.found import TRUST, Claimed, Found
from cleaner.facts.harvest import Harvest, Layout
from cleaner.facts.head import Level, read_head
from cleaner.facts.language import language
from cleaner.facts.marked_up import MarkedUp
from cleaner.facts.people import agency_of, people
from cleaner.facts.tag_list import split_tags
from cleaner.model import Cut, Document, Fact

_ADDRESSES = frozenset(("image", "url"))
_WEB = ("http://", "https://")
_LANGUAGE = regex.compile(r"[A-Za-z]{2,3}(?=$|[-_])")
_DAY_IN_URL = regex.compile(r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)(?:/|$)|[/-]((?:19|20)\d\d)-(\d\d)-(\d\d)(?=[/.-]|$)")
_IN_UTC = regex.compile(r"T\d\d:?\d\d(?::?[\d.]+)?\s?(?:Z|[+-]00:?00)$", regex.IGNORECASE)
_MAX_VALUE = 500  # characters
_MAX_TAGS, _MAX_SECTIONS = 50, 5
_MAX_TAGS_VALUE = 10_000  # characters of a value that lists tags


def read_metadata(document: Document, cuts: Sequence[Cut], harvest: Harvest, level: Level) -> tuple[Fact, ...]:
    """The facts of a document: those of no line first, then those of lines, in the order of the text.

    ``cuts`` must cover whole lines. Raises nothing; the work is linear in the length of the document.
    """
    reader = _Reader(document, Layout(document, cuts), level)
    chosen = sorted(reader.chosen(harvest), key=lambda found: found[0])
    return tuple(dict.fromkeys(_with_lines(document, chosen)))


class _Reader:
    """Collects what a document states, and chooses."""

    def __init__(self, document: Document, layout: Layout, level: Level) -> None:
        self.document, self.layout, self._level = document, layout, level
        self._found = Found()
        self._shown: list[Claimed] = []
        self._named: dict[tuple[str, bool], Sequence[str]] = {}
        self._reads_markup = level != "none" and document.input_kind == "html"
        self._head = list(read_head(document.source)) if self._reads_markup else []
        self._found.add((-1, claim) for claim in self._head)
        self.url = document.url
        declared = next(self._of("lang"), (0, Claim("", "", "")))[1].value
        self.lang = self._value("lang", declared) or language(document.text)
        names = [claim.value for claim in self._head if claim.name in ("site", "by")]
        self.sites = titles.names_of_site(names, self.url or self._address())

    def chosen(self, harvest: Harvest) -> Iterator[Claimed]:
        """The facts to give, with their blocks."""
        title = self._title()
        yield from title
        place = next((i for i, _ in title if i >= 0), -1)
        self._read_text(place, harvest)
        self._read_markup(title[0][1].value if title else "")
        yield from self._authors()
        yield from self._dates()
        yield from self._single()
        yield from self._tags()
        yield from self._found.others()

    def _title(self) -> list[Claimed]:
        if not self._reads_markup:
            return self._title_line()
        claims = [claim for claim in self._head if claim.name in ("title", "title_element", "page_title")]
        bare = {value: self._bare_title(value) for value in {claim.value for claim in claims}}
        declared = [claim._replace(name="title", value=bare[claim.value]) for claim in claims if bare[claim.value]]
        values = [claim.value for claim in declared]
        best = titles.headline(self.document.blocks, self.layout.cut_blocks, values, self.sites)
        if best:
            return [(best.block, Claim("title", titles.without_site(best.text, self.sites), HEADLINE))]
        return [(-1, claim) for claim in declared[:1]] or self._title_line()

    def _title_line(self) -> list[Claimed]:
        i = self.layout.title
        return [(i, Claim("title", self.document.blocks.texts[i].lstrip("# "), LINE))] if i >= 0 else []

    def _bare_title(self, title: str) -> str:
        return titles.without_site(" ".join(title.split()), self.sites)

    def _read_text(self, title: int, harvest: Harvest) -> None:
        """Add what lines near the headline and below the running text state, and what cut lines do."""
        document, layout = self.document, self.layout
        is_page = document.input_kind == "html"
        is_found = title >= 0 and is_page  # by its markup: then what is below it may be in any order
        if title < 0:
            title = layout.title
        if title >= 0 and not is_found and (section := harvest.section(document, layout, title)):
            self._found.add([(section[0], Claim("section", section[1], LINE))])
        if title >= 0 or not is_page:
            shown = read_lines(document.blocks, layout.body, title, self.sites, self.lang, layout.cut_blocks)
            self._shown = list(shown)
        self._found.add(self._shown)
        for i, name, value in harvest(document, layout):
            if not is_page or name != "date":  # on a page it may be that of today, or of another article
                self._found.add([(i, Claim(name, value, LINE))])

    def _read_markup(self, title: str) -> None:
        """Add what elements state, where the head lacks an author or a date."""
        if not self._reads_markup:
            return
        is_full = self._level == "full"
        if not (is_full or self._lacks_author() or self._lacks_date()):
            return
        marked_up = MarkedUp(self.document.source, title)
        self._found.add((-1, claim) for claim in marked_up.meant())
        if is_full or self._lacks_author():
            self._found.add((-1, claim) for claim in marked_up.named_for_authors(self.sites))
        if is_full or self._lacks_date():
            self._found.add((-1, claim) for claim in marked_up.named_for_dates(self.lang))

    def _lacks_author(self) -> bool:
        return next(self._authors(JSON_LD, META, MICRODATA, REL, LINE), None) is None

    def _lacks_date(self) -> bool:
        return self._date("date", JSON_LD, META, MICRODATA, TIME, LINE) is None

    def _of(self, name: str, *origins: str) -> Iterator[Claimed]:
        """The claims for a field, the most trusted first."""
        return self._found.of(name, origins or TRUST[name])

    def _authors(self, *origins: str) -> Iterator[Claimed]:
        for origin in origins or TRUST["author"]:
            names: dict[str, Claimed] = {}
            for block, claim in self._of("author", origin):
                is_line = origin in (LINE, BYLINE)
                for name in self._people(claim.value, is_line=is_line):
                    names.setdefault(name, (block, claim._replace(value=name)))
            if names:
                yield from names.values()
                return
        if not origins:
            yield from self._agency()

    def _people(self, text: str, *, is_line: bool) -> Sequence[str]:
        """The people that a value names, read once."""
        key = text, is_line
        if key not in self._named:
            self._named[key] = people(text, self.sites, is_line=is_line)
        return self._named[key]

    def _agency(self) -> list[Claimed]:
        """The agency that is the only author that the page names, in all places that name any."""
        origins = (JSON_LD, META, MICRODATA, REL, LINE)
        found = [found for found in self._of("author", *origins) if found[1].value.strip()]
        agencies = {agency_of(claim.value) for _, claim in found}
        if len(agencies) != 1 or "" in agencies:
            return []
        block, claim = found[0]
        return [(block, claim._replace(value=agencies.pop()))]

    def _date(self, name: str, *origins: str) -> tuple[Claimed, str] | None:
        for found in self._of(name, *origins):
            if day := iso_date(found[1].value, self.lang):
                return found, day
        return None

    def _dates(self) -> Iterator[Claimed]:
        date = self._date("date") or self._date_of_url() or self._searched_date()
        if date and _IN_UTC.search(date[0][1].value):
            date = self._local(date)
        if (shown := self._shown_date()) and (date is None or is_next(date[1], shown[1]) or date[1] < shown[1]):
            date = shown
        if date:
            (block, claim), day = date
            yield block, claim._replace(name="date", value=day)
            yield block, claim._replace(name="date_text")
        elif first := next(self._of("date"), None):
            yield first[0], first[1]._replace(name="date_text")
        if modified := self._date("date_modified"):
            (block, claim), day = modified
            yield block, claim._replace(value=day)

    def _shown_date(self) -> tuple[Claimed, str] | None:
        """The day that the page shows its readers at the headline, if it is only one."""
        dated = [
            (found, iso_date(found[1].value, self.lang)) for found in self._shown if found[1].name.startswith("date")
        ]
        days = {day for _, day in dated}
        return dated[0] if len(days) == 1 else None

    def _local(self, date: tuple[Claimed, str]) -> tuple[Claimed, str]:
        """The day as the page shows it, where the declared time is that of Greenwich and its day may be another.

        It is that of a line, of another declaration with a zone of its own or none, or of the address.
        """
        claims = [found for origin in (LINE, META, JSON_LD) for found in self._of("date", origin)]
        others = [
            (found, iso_date(found[1].value, self.lang)) for found in claims if not _IN_UTC.search(found[1].value)
        ]
        if of_url := self._date_of_url():
            others.append(of_url)
        return next((other for other in others if other[1] and is_next(other[1], date[1])), date)

    def _searched_date(self) -> tuple[Claimed, str] | None:
        """With ``full``, the day that htmldate finds in the page, if a line of the text states it in full."""
        if self._level != "full" or not self._reads_markup:
            return None
        from htmldate import find_date as search  # lazy: slow, and only for this level

        day = search(self.document.source, original_date=True)
        for i, text in enumerate(self.document.blocks.texts if day else ()):
            if "©" not in text and iso_date(text, self.lang) == day:
                return (i, Claim("date", text, LINE)), str(day)
        return None

    def _date_of_url(self) -> tuple[Claimed, str] | None:
        match = _DAY_IN_URL.search(self._address())
        day = iso_date("-".join(group.zfill(2) for group in match.groups() if group)) if match else ""
        return ((-1, Claim("date", match[0].strip("/-"), URL)), day) if match and day else None

    def _single(self) -> Iterator[Claimed]:
        for name in ("site", "description", "image", "lang", "paywall"):
            for block, claim in self._of(name):
                value = self._value(name, claim.value)
                if value:
                    yield block, claim._replace(value=value)
                    break
        sections = dict.fromkeys((block, claim) for block, claim in self._of("section"))
        yield from list(sections)[:_MAX_SECTIONS]
        if address := self._address():
            known = next((found for found in self._of("url") if self._absolute(found[1].value) == address), None)
            yield (known[0], known[1]._replace(value=address)) if known else (-1, Claim("url", address, self._origin()))

    def _origin(self) -> str:
        return META if any(claim.name == "og_url" for claim in self._head) else GIVEN

    def _value(self, name: str, value: str) -> str:
        if name == "lang":
            match = _LANGUAGE.match(value.strip())
            return match[0].lower() if match else ""
        return self._absolute(value) if name in _ADDRESSES else value

    def _absolute(self, address: str) -> str:
        """An address of the web, resolved against that of the page; empty if it is none."""
        full = address.strip()
        if self.url and not full.startswith(_WEB):  # one that is complete needs no time
            try:
                full = urljoin(self.url, full)
            except ValueError:
                return ""
        return full if full.startswith((*_WEB, "www.")) else ""

    def _address(self) -> str:
        """The canonical address, else the one that the caller gave."""
        names = [claim for _, claim in self._found.named("url", "og_url")]
        names.sort(key=lambda claim: (claim.origin == LINE, claim.name == "og_url"))
        found = [self._absolute(claim.value) for claim in names if claim.origin != LINE or not self.url]
        return next(filter(None, found), self.url)

    def _tags(self) -> Iterator[Claimed]:
        seen: dict[str, Claimed] = {}
        for block, claim in self._of("tags"):
            for tag in split_tags(claim.value[:_MAX_TAGS_VALUE])[:_MAX_TAGS]:
                seen.setdefault(tag, (block, claim._replace(value=tag)))
            if len(seen) >= _MAX_TAGS:
                break
        yield from list(seen.values())[:_MAX_TAGS]


def _with_lines(document: Document, found: Iterable[Claimed]) -> Iterator[Fact]:
    """The facts of claims in ascending order of their blocks, with the numbers of their lines."""
    at, line = 0, 1
    for block, claim in found:
        value = " ".join(claim.value.split())[:_MAX_VALUE]
        if block >= 0:
            start = document.blocks.starts[block]
            line += len(LINE_END.findall(document.text, at, start))
            at = start
        if value:
            yield Fact(claim.name, value, line if block >= 0 else 0, claim.origin)
