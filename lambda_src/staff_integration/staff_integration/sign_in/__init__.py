"""Sign-in for both systems: keys, tokens, sessions, passwords, and what slows attempts down."""
