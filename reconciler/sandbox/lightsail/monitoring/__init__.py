"""Alarms, and where they are told."""
