"""Benchmarks of cleaner: quality, cost, the gate. Run them from the repository's root: ``python -m bench.gate``."""
