"""Cleaning inside data jobs: record batches of Arrow, and the engines that carry them from process to cluster."""
