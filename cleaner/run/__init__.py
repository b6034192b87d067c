"""Runs over many documents: find and read them, clean one at a time, write rows and a report whose totals match."""
