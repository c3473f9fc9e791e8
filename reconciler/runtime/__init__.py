"""What the program needs of the machine: clocks, parallel work, shutdown, streams, files."""
