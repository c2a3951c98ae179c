"""Every timescale as small tables that a practice lead can read, and both ways to work it out."""
