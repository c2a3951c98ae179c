"""What a warehouse needs beside its nights: backups, and an end to what is too old."""
