"""Measures what a pass costs on the reference centre: calls and virtual seconds at AWS's quotas, CPU and memory."""
