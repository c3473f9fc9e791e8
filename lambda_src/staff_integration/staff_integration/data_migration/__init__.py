"""Brings the data of the old system into the database, in batches that can be taken back."""
