"""Reports of a plan or a pass, for people and for programs."""
