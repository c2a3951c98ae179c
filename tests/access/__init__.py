"""What a login of each role can do in a PostgreSQL warehouse, and what the server refuses it."""
