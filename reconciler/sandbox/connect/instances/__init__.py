"""Instances as a whole: default content, attributes, associations, storage, tags."""
