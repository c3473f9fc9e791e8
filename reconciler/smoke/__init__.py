"""Checks that the resources of a stack work: those that come with their kinds, and those of `smoke.yaml`."""
