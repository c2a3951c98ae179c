"""England's working days, and the one place that adds time to a date."""
