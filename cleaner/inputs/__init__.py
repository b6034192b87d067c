"""Inputs: find files, read their documents, one record at a time."""
