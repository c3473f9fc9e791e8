"""Pages that repeat an item, skip one, or are empty before the end."""

from typing import Any

from reconciler.sandbox import wire_protocol
from reconciler.sandbox.fault_injection.faults import FaultKind
from reconciler.sandbox.fault_injection.pages import Pages, pages_of
from reconciler.sandbox.request_view import Asked

OK = 200


class PageFaults:
    """Keeps the parts of earlier pages that are needed to make later ones wrong."""

    def __init__(self) -> None:
        self._last_items: dict[str, Any] = {}
        self._held: dict[str, wire_protocol.Reply] = {}

    def held(self, asked: Asked) -> wire_protocol.Reply | None:
        """Return the page that an empty page was put before, when its token is asked for."""
        pages = pages_of(asked.target.service, asked.target.name)
        token = asked.params.get(pages.asked) if pages else None
        return self._held.get(token) if isinstance(token, str) else None

    def seen(self, asked: Asked, reply: wire_protocol.Reply) -> wire_protocol.Reply:
        """Keep the last item of a page, in case that the next page is to repeat it."""
        pages = pages_of(asked.target.service, asked.target.name)
        if pages and reply[0] == OK:
            self._keep_last(pages, asked.result_of(reply))
        return reply

    def spoil(self, asked: Asked, kind: FaultKind, reply: wire_protocol.Reply) -> wire_protocol.Reply:
        """Return the page with the fault."""
        pages = pages_of(asked.target.service, asked.target.name)
        if pages is None or reply[0] != OK:
            return reply
        result = asked.result_of(reply)
        self._keep_last(pages, result)
        items = list(result.get(pages.items) or ())
        if kind is FaultKind.PAGE_REPEATS:
            before = self._last_items.get(str(asked.params.get(pages.asked)))
            items[:0] = [before] if before is not None else []
        elif kind is FaultKind.PAGE_SKIPS:
            del items[:1]
        else:
            token = f"after-an-empty-page-{len(self._held) + 1}"
            self._held[token] = reply
            items, result[pages.answered] = [], token
            if pages.more:
                result[pages.more] = True
        return asked.answer({**result, pages.items: items})

    def _keep_last(self, pages: Pages, result: dict[str, Any]) -> None:
        items, token = result.get(pages.items), result.get(pages.answered)
        if items and token is not None:
            self._last_items[str(token)] = items[-1]
