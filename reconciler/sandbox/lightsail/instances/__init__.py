"""Instances, their ports, add-ons and snapshots; key pairs, static IP addresses and disks."""
