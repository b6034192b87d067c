"""Inputs: finding files and reading their documents, one record at a time."""
