"""Makes a picture of a stack or of a flow."""
