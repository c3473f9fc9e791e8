"""Flows, flow modules, their versions and checks, and prompts."""
