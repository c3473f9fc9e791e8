"""A function of the fault matrix, changed."""


def handler(event: object, context: object) -> object:
    """Answer who was asked."""
    del event
    return context
