"""The organisation: read from files, compared with the database, and written into it."""
