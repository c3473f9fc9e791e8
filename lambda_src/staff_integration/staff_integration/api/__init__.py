"""The API, by FastAPI."""
