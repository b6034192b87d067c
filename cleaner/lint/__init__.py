"""Boilerplate in files of data: find it (`check`), take it out in place (`fix`), put it back (`undo`)."""
