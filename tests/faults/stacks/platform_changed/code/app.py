"""A function of the fault matrix, changed."""


def handler(event: object, context: object) -> object:
    """Return the context."""
    del event
    return context
