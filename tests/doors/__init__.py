"""The doors that a council's records come through."""
