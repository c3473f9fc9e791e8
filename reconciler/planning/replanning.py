"""Plans one resource again while a plan is applied, from what AWS shows once it is created, found or restored."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.contract import Adapter, Sighting, Wired
from reconciler.field_schema import fields_of
from reconciler.planning.action import Action
from reconciler.planning.comparison import compare_fields
from reconciler.planning.needed_action import action_for
from reconciler.planning.observed import observed_of
from reconciler.planning.text_references import Resolver
from reconciler.planning.world import Observed, World
from reconciler.stack import Desired, Stack


@dataclass(frozen=True)
class Replanner:
    """Plans for `applying`: that package reads and sends; this class decides what is sent."""

    stack: Stack
    world: World
    kinds: Mapping[str, Adapter[Any]]

    def observed(
        self, desired: Desired, sighting: Sighting, fields: Collection[str], members: Wired
    ) -> Observed:
        """A live resource with these fields as AWS shows them."""
        shapes = fields_of(self.kinds[desired.key.kind].model)
        asked = {name: shapes[name] for name in fields}
        return observed_of(self.stack.mark, self.world, sighting, asked, members)

    def differing(self, desired: Desired, observed: Observed) -> frozenset[str]:
        """The observed fields that differ from the files; fields that the policy ignores count too."""
        adapter, resolver = self.kinds[desired.key.kind], Resolver(self.stack, self.world, self.kinds)
        found = compare_fields(desired, observed, observed.fields, adapter, resolver)
        return frozenset(each.top for each in found)

    def adoption(self, desired: Desired, observed: Observed) -> Action | None:
        """The action for a resource that already existed; None if it is as desired. Notes what was observed."""
        self.world.observed[desired.key] = observed
        return action_for(self.stack, desired, self.world, self.kinds)
