"""Watches over stacks for months: passes on a schedule and on events, one daemon at work at a time."""
