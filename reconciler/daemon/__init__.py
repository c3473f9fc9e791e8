"""The daemon: it runs passes on a schedule and on events; of several daemons only one is active."""
