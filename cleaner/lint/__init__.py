"""Boilerplate in data files: `check` reports it, `fix` removes it in place, `fix --undo` restores it."""
