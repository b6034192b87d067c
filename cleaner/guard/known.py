"""What packs and stages say of their rules and categories, as far as promises ask."""

from __future__ import annotations

from cleaner.guard.topic import Topics
from cleaner.packs.rule import Packs

_OF_THE_END = frozenset(("related", "comment_ui", "comment_policy", "legal", "tags", "source_note", "contact"))
_POLICIES = frozenset(("consent", "legal"))
_IN_POLICIES = frozenset(("subscribe", "login", "comment_policy"))
_WHOLE_PAGES = {"error": "error_page", "consent": "consent_page"}


class Known:
    """Sets of rule ids and categories, made once for the packs in use."""

    def __init__(self, packs: Packs) -> None:
        self.rules = frozenset(rule.id for rule in packs.rules)
        """The rules of the packs. Other marks are by sections, by stages, or by stages of a user."""
        self.may_be_subheadings = frozenset(rule.id for rule in packs.stage_rules if rule.by_place).union(
            (rule.id for rule in packs.rules if not rule.where.alone), (section.id for section in packs.sections)
        )
        """The rules of whose lines a lone one between paragraphs may be a subheading."""
        below = [section for section in packs.sections if section.takes != "members"]
        self.below_markers = frozenset(section.id for section in below)
        """The sections that take what is below a marker, whatever it says."""
        self.of_markers = frozenset(section.category for section in below)
        """The categories of these sections."""
        self.of_the_end = _OF_THE_END
        """The categories of what pages have at their end."""
        self.policies = _POLICIES
        """The categories of which there are whole pages to read: policies."""
        self.in_policies = _IN_POLICIES
        """Other categories that a policy speaks of."""
        self.whole_pages = _WHOLE_PAGES
        """The categories that may be all of a page, with the status that the page then has."""
        self.topics = Topics(packs)
