"""Facts about a document: read from its cut lines, its headline and the head of its page."""
