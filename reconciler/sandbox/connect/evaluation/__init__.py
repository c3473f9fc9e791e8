"""Evaluation forms, rules of Contact Lens and vocabularies."""
