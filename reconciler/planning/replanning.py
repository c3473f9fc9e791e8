"""Plans one resource anew while a plan is applied: by what AWS shows of it once it is made, found or restored."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.contract import Adapter, Sighting, Wired
from reconciler.field_schema import fields_of
from reconciler.planning.action import Action
from reconciler.planning.comparison import compare_fields
from reconciler.planning.observed import observed_of
from reconciler.planning.plan import action_for
from reconciler.planning.text_references import Resolver
from reconciler.planning.world import Observed, World
from reconciler.stack import Desired, Stack


@dataclass(frozen=True)
class Replanner:
    """The door between applying and planning: applying reads and sends, and what is to be sent is planned here."""

    stack: Stack
    world: World
    kinds: Mapping[str, Adapter[Any]]

    def observed(
        self, desired: Desired, sighting: Sighting, fields: Collection[str], members: Wired
    ) -> Observed:
        """A live resource by what AWS shows of these fields of it."""
        shapes = fields_of(self.kinds[desired.key.kind].model)
        asked = {name: shapes[name] for name in fields}
        return observed_of(self.stack.mark, self.world, sighting, asked, members)

    def differing(self, desired: Desired, observed: Observed) -> frozenset[str]:
        """The observed fields that are not as they are written; those that the policy ignores count, too."""
        adapter, resolver = self.kinds[desired.key.kind], Resolver(self.stack, self.world, self.kinds)
        found = compare_fields(desired, observed, observed.fields, adapter, resolver)
        return frozenset(each.top for each in found)

    def adoption(self, desired: Desired, observed: Observed) -> Action | None:
        """What the files ask for of something that lived already; None where nothing. Notes what was observed."""
        self.world.observed[desired.key] = observed
        return action_for(self.stack, desired, self.world, self.kinds)
