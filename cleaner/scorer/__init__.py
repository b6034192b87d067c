"""A learned opinion on blocks: one table of features, one small model, one decision for each page.

Imported only where it is used, because it imports numpy.
"""
