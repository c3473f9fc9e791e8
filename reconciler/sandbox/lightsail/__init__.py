"""The control plane of Amazon Lightsail in memory. Operations and members have botocore's names.

A resource is a module in a neighbouring folder, found by its `operations`:

* Say what a resource is: `Shown("StaticIp", get="GetStaticIp", list="GetStaticIps", view=...)` adds its Get operations.
* Write a function for each further operation, named after it: `@operations.answers` registers `release_static_ip(plane,
  staticIpName)` as ReleaseStaticIp. It takes the plane and botocore's members, and returns members of the reply.
* Create a resource with `plane.add`, find it with `plane.get`, delete it with `plane.remove`. A name is unique in its Region.
* States that last are a `Course`: `plane.course("pending", then="running")` lasts for the sandbox's `settling_seconds`.
  `plane.require_state` refuses a request in another state. `plane.note` returns the Operation for the reply, and keeps it.
* `@operations.before_each` registers what happens with time, such as automatic snapshots.
* Write a step for each operation into `tests/sandbox/aws_cli/lightsail.txt`, which the AWS CLI walks; a test names those without one.
* What AWS offers (bundles, blueprints, Regions) is a CSV file in `reconciler/lightsail_offers/`, with date and source in each row.

A request reaches a function only if it is valid by botocore's model. Other refusals are in `core/refusals.py`.

Known-lossy: changes are visible at once, in every list; access to resources of the account is not checked; AWS does not
publish the texts of its refusals, nor the size of its pages; some Regions have bundles with ids and prices of their own.
"""
