"""Outputs: files of rows, their layouts and their names."""
