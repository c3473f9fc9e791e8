"""What moto's tables do not remember: the states that tables and indexes pass through, and the settings it drops."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from moto.dynamodb.models.table import GlobalSecondaryIndex

from reconciler.sandbox.world import current


@dataclass
class Transition:
    """A state that passes at a moment of the world's clock."""

    state: str
    until: float

    @classmethod
    def begin(cls, state: str) -> Self:
        """Enter a state that lasts as long as things take to settle in this world."""
        return cls(state, current().clock() + current().settling_seconds)

    @property
    def passed(self) -> bool:
        """Whether the state is over."""
        return current().clock() >= self.until

    @property
    def now(self) -> str:
        """The state, or ACTIVE once it is over."""
        return "ACTIVE" if self.passed else self.state


@dataclass
class Extras:
    """The part of one table that moto's does not hold."""

    life: Transition = field(default_factory=lambda: Transition("ACTIVE", 0.0))
    table_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    table_class: str | None = None
    class_changed: datetime | None = None
    on_demand: dict[str, int] = field(default_factory=dict)
    on_demand_since: datetime | None = None
    index_on_demand: dict[str, dict[str, int]] = field(default_factory=dict)
    index_life: dict[str, Transition] = field(default_factory=dict)
    leaving: list[GlobalSecondaryIndex] = field(default_factory=list)
    insights: dict[str | None, str] = field(default_factory=dict)
