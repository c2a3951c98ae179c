"""The golden council through each door, and what must come of what is wrong with a file."""
