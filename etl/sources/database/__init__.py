"""A council's own database, read where it stands: which statements are sent, in which state of it,
and how its rows come as text. Which of its tables become which of ours is its kind's mapping."""
