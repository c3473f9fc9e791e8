"""Texts of others as a picture can hold them."""


def visible(text: str) -> str:
    """The text on one line; what would break it, a terminal or XML stands as a blank or a question mark."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char.isspace() else "?" for char in text)
