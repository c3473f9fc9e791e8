"""Joins the staff of a medical system with their accounts of VoiceDrive."""
