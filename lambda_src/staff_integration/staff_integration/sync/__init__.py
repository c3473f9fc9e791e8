"""Real-time synchronisation of the two systems: events, their order, and the WebSockets that carry them."""
