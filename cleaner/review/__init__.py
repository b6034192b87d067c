"""A page with which a person reviews a run: what was removed, by which rule, and where it may be wrong."""
