"""Stores what moto's tables lack: the states of tables and indexes, and the settings that moto drops."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from moto.dynamodb.models.table import GlobalSecondaryIndex

from reconciler.sandbox.moto_patches.transitions import Transition


@dataclass
class Extras:
    """The part of a table that moto does not store."""

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
