"""Nightly warehouse and statutory timescales for English children's social care."""

# Said here alone: the package's metadata, `--version` and the audit take it from here.
__version__ = "0.2.0"
