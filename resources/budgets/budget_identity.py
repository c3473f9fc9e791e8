"""How a budget is identified: by its name, in the account that each call names."""

from dataclasses import dataclass
from typing import Any

from reconciler.contract import Address, Api, Assigned, Sighting, Wired

ACCOUNT, NAME = "AccountId", "BudgetName"


@dataclass(frozen=True, kw_only=True)
class OfAccount(Assigned):
    """The name of a budget, in the account that each call names."""

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        del scope, reply
        seen = self.seen(api, {}, parameters["Budget"])
        return seen.address, seen.arn

    def seen(self, api: Api, scope: Address, row: Any, **shown: Any) -> Sighting:
        del scope
        name, place = row[NAME], {"partition": api.partition, "region": "", "account": api.account}
        return Sighting(
            name, {ACCOUNT: api.account, NAME: name}, self.arns[0].format(**place, name=name), **shown
        )
