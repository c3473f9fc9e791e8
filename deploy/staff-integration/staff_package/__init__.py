"""Packs the staff application for a server, and puts the package into the bucket."""
