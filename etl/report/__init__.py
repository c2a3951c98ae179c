"""What a council reads of a month: one record of figures, and what is made of it."""
