"""Compare two runs of the same inputs: what the second one removes that the first one kept, and the reverse."""
