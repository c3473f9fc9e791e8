"""Queues, routing profiles, quick connects and predefined attributes."""
