"""Writes desired state for what lives in AWS: everything in one resource, such as a contact centre, as files of a stack."""
