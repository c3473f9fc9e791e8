"""Places a graph in layers by the method of Sugiyama: ranks, dummy nodes, crossings, coordinates."""
