"""What AWS charges for a resource, for `reconciler cost`: its kind declares the units, a table has their prices."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import Field

from reconciler.model import Part, Settings

HOURS = 730.0
"""The hours of a month, as AWS's calculators take them."""
DAYS = HOURS / 24

Volume: TypeAlias = Annotated[float, Field(ge=0)] | None
"""A volume a month that `cost.yaml` may give."""
Amount: TypeAlias = Callable[[Settings, Settings], float | None]
"""How many units a resource takes in a month, from its settings, with AWS's defaults, and from its volumes; None if a volume is not
given."""


class NoVolumes(Part):
    """The volumes of a kind that has none."""


def always(settings: Settings) -> bool:
    """Whether a charge applies: to every resource of the kind."""
    del settings
    return True


@dataclass(frozen=True)
class Charge:
    """One unit that AWS charges for a resource of a kind."""

    what: str
    """What is charged, in words: `requests`."""
    service: str
    """The service in AWS's price list: `AWSLambda`."""
    usage: str | Callable[[Settings], str]
    """The usage type in the price list, without the Region at its beginning: `Lambda-GB-Second`."""
    unit: str
    """One unit, in words: `GB-second`."""
    amount: Amount
    when: Callable[[Settings], bool] = always
    """Whether it applies to a resource with these settings."""
    fixed: bool = False
    """Whether the settings alone determine the amount."""

    def usage_of(self, settings: Settings) -> str:
        """The usage type for a resource with these settings."""
        return self.usage if isinstance(self.usage, str) else self.usage(settings)


@dataclass(frozen=True)
class Costs:
    """All that AWS charges for the resources of a kind; without charges, the resource itself costs nothing."""

    charges: tuple[Charge, ...] = ()
    volumes: type[Part] = NoVolumes
    """What `cost.yaml` may give for a resource: volumes a month."""


FREE = Costs()
"""AWS charges nothing for the resource itself."""


def fixed(amount: float | Callable[[Settings], float]) -> Amount:
    """An amount that the settings alone determine."""
    return lambda settings, _volumes: amount(settings) if callable(amount) else float(amount)


def volume(name: str) -> Amount:
    """The amount that `cost.yaml` gives under this name."""
    return lambda _settings, volumes: volumes.get(name)
