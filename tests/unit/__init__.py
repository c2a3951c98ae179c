"""Behaviour of one part at a time, on a few rows written down in the test."""
