"""The catalogue of bad input: small extracts, each whole but for one fault, and what must come of
each. None ends in a stack trace (exit 1), and none shows a value."""
