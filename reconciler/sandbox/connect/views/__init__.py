"""Views of the agent workspace."""
