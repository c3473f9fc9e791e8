"""The only package that calls AWS: clients, pacing by quota, retries, error sorting, secrets."""
