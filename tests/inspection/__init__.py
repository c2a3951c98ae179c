"""What `csc-etl inspect` says of what is a source, and of what is none."""
