"""Cleaning inside data jobs: Arrow record batches, and adapters for the engines that process them."""
