"""Amazon Lightsail in the sandbox."""
