"""The only room that talks to AWS: clients, pacing by quota, retries, error sorting, secrets."""
