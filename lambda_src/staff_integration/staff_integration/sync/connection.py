"""The conversation with one of the systems, without the network: what comes in, and what goes out.

The numbers of events grow, and the system acknowledges the last one that it has carried out. At most `WINDOW` events are sent and not
acknowledged; the rest waits in the database. All state is there, so another process can go on with the conversation.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from staff_integration.clock import Clock
from staff_integration.database import Sessions, in_transaction
from staff_integration.sync import accepting, messages, store
from staff_integration.tables import System

WINDOW = 100
HEARTBEAT = timedelta(seconds=30)
SILENCE = timedelta(seconds=75)
"""How long a system may send nothing; after that, the conversation ends."""
LARGEST = 256 * 1024
"""Bytes of a message."""
Out = dict[str, Any]
_MESSAGE: TypeAdapter[Any] = TypeAdapter(messages.Message)


class EndedError(Exception):
    """Raised where the conversation cannot go on.

    Args:
        code: the close code of the WebSocket.
        reason: why.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Connection:
    """A conversation with one of the systems.

    Args:
        sessions: the database.
        clock: the time.
        system: who is at the other end.
        until: when its token expires.
    """

    def __init__(self, sessions: Sessions, clock: Clock, system: System, until: datetime) -> None:
        self._sessions = sessions
        self._clock = clock
        self.system = system
        self._until = until
        self._sent: int | None = None
        self._open: list[int] = []
        self._heard = self._pinged = clock.now()

    def received(self, text: str) -> Sequence[Out]:
        """Take a message; what to answer.

        Raises:
            EndedError: the message is not valid, or not allowed at this moment.
            DBAPIError: the database does not answer.
        """
        if len(text.encode()) > LARGEST:
            raise EndedError(1009, f"a message may have {LARGEST} bytes")
        try:
            message = _MESSAGE.validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where, said = ".".join(map(str, first["loc"])), first["msg"]
            if first["type"] == "union_tag_invalid":  # pydantic repeats what was sent
                where, said = "type", "should be hello, ack, pong or event"
            raise EndedError(1007, f"{where}: {said}"[:120]) from None
        self._heard = self._clock.now()
        if isinstance(message, messages.Hello):
            return [self._hello(message)]
        if self._sent is None:
            raise EndedError(1002, "the first message has to be hello")
        if isinstance(message, messages.Acknowledgement):
            self._acknowledged(message.event)
        if isinstance(message, messages.Sent):
            return [self._event(message)]
        return []

    def due(self) -> Sequence[Out]:
        """What is to be sent now: new events as far as the window allows, and a ping from time to time.

        Raises:
            EndedError: the token has expired, or the system is silent.
            DBAPIError: the database does not answer.
        """
        now = self._clock.now()
        if now >= self._until:
            raise EndedError(4401, "the token has expired")
        if now - self._heard >= SILENCE:
            raise EndedError(1001, "nothing was heard")
        out = list(self._events())
        if now - self._pinged >= HEARTBEAT:
            self._pinged = now
            out.append({"type": "ping"})
        return out

    def _hello(self, hello: messages.Hello) -> Out:
        if self._sent is not None:
            raise EndedError(1002, "hello comes once")
        if hello.last_event is None:
            with self._sessions() as session:
                self._sent = store.acknowledged(session, self.system)
        else:
            with self._sessions() as session:
                if hello.last_event > store.newest(session):
                    raise EndedError(1002, f"there is no event {hello.last_event}")
                purged = store.purged(session, self.system)
                if hello.last_event < purged:
                    raise EndedError(1002, f"events up to {purged} are not kept any more")
            self._sent = hello.last_event
            self._write_acknowledgement(hello.last_event)
        return {
            "type": "welcome",
            "lastEvent": self._sent,
            "heartbeatSeconds": int(HEARTBEAT.total_seconds()),
        }

    def _acknowledged(self, event_id: int) -> None:
        if self._sent is None or event_id > self._sent:
            raise EndedError(1002, f"event {event_id} was not sent")
        self._open = [each for each in self._open if each > event_id]
        self._write_acknowledgement(event_id)

    def _write_acknowledgement(self, event_id: int) -> None:
        now = self._clock.now()
        in_transaction(self._sessions, lambda session: store.acknowledge(session, self.system, event_id, now))

    def _event(self, sent: messages.Sent) -> Out:
        def take(session: Session) -> None:
            accepting.accept(session, self.system, sent, self._clock.now())

        answer: Out = {"type": "accepted", "messageId": sent.message_id}
        try:
            in_transaction(self._sessions, take)
        except accepting.RefusedEventError as error:
            return {"type": "refused", "messageId": sent.message_id, "reason": str(error)}
        except IntegrityError:  # the same message over another connection, in the same moment
            in_transaction(self._sessions, take)
        return answer

    def _events(self) -> Iterator[Out]:
        room = WINDOW - len(self._open)
        if self._sent is None or room <= 0:
            return
        with self._sessions() as session:
            found = store.after(session, self.system, self._sent, room)
        for each in found:
            self._sent = each.event_id
            self._open.append(each.event_id)
            yield {
                "type": "event",
                "id": each.event_id,
                "event": each.event_type,
                "record": each.record,
                "data": json.loads(each.payload),
            }
