"""The commands of ``csc-etl``, by what they are about; each returns its exit code."""
