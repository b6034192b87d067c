"""The learned scorer: one table of features, one small model, one decision per page.

Import it only where it is used, because it imports numpy.
"""
