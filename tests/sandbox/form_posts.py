"""Sends signed forms as a browser does."""

import urllib.request
from collections.abc import Mapping

BOUNDARY = "between-the-fields"


def posted(url: str, fields: Mapping[str, str | None], file: bytes) -> int:
    """Send the fields that are not None, and a file after them; return the status.

    Raises:
        HTTPError: the form is refused.
    """
    request = urllib.request.Request(url, _multipart(fields, file), method="POST")
    request.add_header("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    request.add_header("Origin", "https://app.example.com")
    with urllib.request.urlopen(request) as reply:
        status: int = reply.status
        return status


def _multipart(fields: Mapping[str, str | None], file: bytes) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
        if value is not None
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    return b"".join(parts) + head.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()
