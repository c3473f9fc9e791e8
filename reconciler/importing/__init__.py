"""Writes desired state for what a Terraform state has."""
