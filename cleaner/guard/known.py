"""What promises need to know of rules and categories, as packs and stages declare it."""

from __future__ import annotations

from cleaner.guard.signs import Signs
from cleaner.guard.topic import Topics
from cleaner.model import WHOLE_PAGES
from cleaner.packs.rule import Packs, is_named


class Known:
    """Sets of rule ids and categories, made once for the packs in use, and what an option asks of the promises."""

    def __init__(self, packs: Packs, *, keeps_captions: bool = False) -> None:
        self.keeps_captions = keeps_captions
        """Whether the scorer may not decide about captions: an option asks for all of them."""
        self.rules = frozenset(rule.id for rule in packs.rules)
        """The rules of the packs. Other marks come from sections, stages, or stages of a user."""
        self.may_be_subheadings = frozenset(rule.id for rule in packs.stage_rules if rule.by_place).union(
            (rule.id for rule in packs.rules if not rule.where.alone),
            (section.id for section in packs.sections if not section.alone),
        )
        """The rules whose lines may be subheadings where they are alone between paragraphs."""
        below = [section for section in packs.sections if section.id in packs.below_markers]
        self.openers = frozenset(
            rule.id for rule in packs.rules if any(is_named(rule.id, name) for one in below for name in one.opens)
        )
        """The rules whose lines are such markers."""
        self.below_markers = packs.below_markers
        """The sections that take everything below a marker, whatever its words."""
        self.of_markers = frozenset(section.category for section in below)
        """The categories of these sections."""
        self.two_signs = frozenset(rule.id for rule in packs.stage_rules if rule.two_signs)
        """The rules of stages that need signs of two kinds."""
        self.at_the_end = packs.with_trait("at-the-end")
        """The categories of noise that pages have below their text."""
        self.policies = packs.with_trait("policy")
        """The categories that are content where a whole page consists of them, as policies do."""
        self.in_policies = packs.with_trait("in-policies")
        """Other categories that policies mention."""
        self.whole_pages = {
            status: frozenset(name for name, category in packs.categories.items() if category.whole_page == status)
            for status in WHOLE_PAGES
        }
        """For each status of a page that is noise as a whole, the categories of that noise."""
        self.topics = Topics(packs)
        self.signs = Signs(
            packs=self.rules,
            openers=self.openers,
            below_markers=self.below_markers,
            two_signs=self.two_signs,
            may_be_subheadings=self.may_be_subheadings,
            of_markers=self.of_markers,
        )
