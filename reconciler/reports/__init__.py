"""A plan or a pass, as people and machines read it."""
