"""From desired and observed to a plan: pure functions, without I/O, clock or AWS."""
