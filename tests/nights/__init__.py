"""Whole nights, loaded through the command line into a warehouse of each engine."""
