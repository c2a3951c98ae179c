"""Servers of the tests' own, on loopback or a socket, stopped when the tests end."""
