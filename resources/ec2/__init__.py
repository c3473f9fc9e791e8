"""Amazon EC2: the network."""
