"""Rule packs: their data, how they are loaded and checked, and how their words are found in a text."""
