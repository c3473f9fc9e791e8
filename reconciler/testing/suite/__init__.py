"""The contract suite. A package of kinds runs it with one line in a test module: `from reconciler.testing.suite import *`."""

from reconciler.testing.suite.authorization_reference import *
from reconciler.testing.suite.bare_replies import *
from reconciler.testing.suite.behaviour import *
from reconciler.testing.suite.cloudformation_schema import *
from reconciler.testing.suite.contents import *
from reconciler.testing.suite.declared import *
from reconciler.testing.suite.declared_costs import *
from reconciler.testing.suite.fixtures import *
from reconciler.testing.suite.live_checks import *
from reconciler.testing.suite.live_unused import *
from reconciler.testing.suite.samples_load import *
from reconciler.testing.suite.text_references import *
from reconciler.testing.suite.values_of_texts import *
