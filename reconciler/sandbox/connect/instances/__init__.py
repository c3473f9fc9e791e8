"""Instances: default content, attributes, associations, storage, tags."""
