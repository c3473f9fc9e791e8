"""The engine: keeps live AWS as desired state says; it has never heard of Amazon Connect."""
