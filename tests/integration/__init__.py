"""Behaviour of several steps together, on small extracts written as files."""
