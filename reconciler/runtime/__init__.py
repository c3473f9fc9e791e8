"""The program's use of the machine: clocks, parallel work, shutdown, streams, files."""
