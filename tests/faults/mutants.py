"""Defects of the engine and the kinds, at least one against each promise of docs/reliability.md; `mutate.py` runs them.

A mutant is a text that occurs exactly once in a file, and its replacement. No two change the same line.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One defect; `what` describes it, and `row` is the row that must find it, if it is not the sample of all rows."""

    number: int
    promise: str
    file: str
    before: str
    after: str
    what: str
    row: str = ""


MUTANTS = (
    Mutant(
        1,
        "P1",
        "reconciler/planning/diff.py",
        "        if key not in wanted:\n            yield Difference(_row_path(path, key), row, None, ",
        "        if key is None:\n            yield Difference(_row_path(path, key), row, None, ",
        "rows that are no longer wanted are not seen",
    ),
    Mutant(
        2,
        "P1",
        "reconciler/applying/create.py",
        "        self.sender.made[key] = taken - adapter.create.partly\n",
        "        self.sender.made[key] = taken | cut\n",
        "cut fields are never filled",
    ),
    Mutant(
        3,
        "P1",
        "reconciler/observing/cache_policy.py",
        "return changed_at(listed.version) < memory.looked - LAG",
        "return True",
        "a memory is believed although its token may lag",
    ),
    Mutant(
        4,
        "P1",
        "resources/connect/contact_flow_changes.py",
        '{**address, "Content": change.desired["Content"]}',
        '{**address, "Content": change.observed["Content"]}',
        "a flow is sent the content that it has",
    ),
    Mutant(
        5,
        "P2",
        "reconciler/applying/create.py",
        "found = self._look_again(desired, adapter, api, scope, error)",
        "found = None",
        "created again without a look",
    ),
    Mutant(
        6,
        "P2",
        "reconciler/observing/scope_reading.py",
        "missing = self._names_move and not names <= {",
        "missing = False and not names <= {",
        "no look for our mark under another name",
    ),
    Mutant(
        7,
        "P2",
        "reconciler/applying/create.py",
        "tries = 1 if creates_once(adapter) else CREATES",
        "tries = CREATES",
        "a create that may take effect late is sent again",
    ),
    Mutant(
        8,
        "P3",
        "reconciler/observing/observer.py",
        'self._miss([each.key for each in members], "seen", error)',
        'log.debug("unseen")',
        "a failed list is absence",
    ),
    Mutant(
        9,
        "P3",
        "reconciler/errors.py",
        "        return Unsure\n    return Refused",
        "        return Absent\n    return Refused",
        "an error of AWS's own is absence",
    ),
    Mutant(
        10,
        "P3",
        "reconciler/planning/ownership.py",
        "return Owner.OURS if found == mark else Owner.FOREIGN",
        "return Owner.OURS",
        "another stack's resources are ours",
    ),
    Mutant(
        11,
        "P3",
        "reconciler/applying/update.py",
        "wanted = {**before, **wanted_tags(self.sender.stack, desired)}",
        "wanted = wanted_tags(self.sender.stack, desired)",
        "tags of others are taken away",
    ),
    Mutant(
        12,
        "P3",
        "reconciler/aws/account.py",
        '        client.meta.events.register("before-parse", check_reply)\n',
        "",
        "whatever comes is believed",
    ),
    Mutant(
        13,
        "P3",
        "resources/s3/bucket_reading.py",
        'reply = api.call(operation, **address)\n    except Absent as error:\n        if error.code == "NoSuchBucket":\n            raise\n',
        "reply = api.call(operation, **address)\n    except Exception:\n",
        "a facet that cannot be read counts as none",
    ),
    Mutant(
        14,
        "P4",
        "reconciler/contract/rows.py",
        "((add, rows.new), (update, rows.changed), (remove, rows.gone))",
        "((remove, rows.gone), (update, rows.changed), (add, rows.new))",
        "rows are taken away before others are added",
    ),
    Mutant(
        15,
        "P4",
        "reconciler/planning/graph.py",
        "before = tuple(sorted(chain(others, *referring)))",
        "before = tuple(sorted(chain(*referring)))",
        "drops do not wait until others have let go",
    ),
    Mutant(
        16,
        "P4",
        "reconciler/encoder.py",
        "if name in value else modelled(shape, before)",
        "if name in value else None",
        "members that nobody wrote are lost",
    ),
    Mutant(
        17,
        "P5",
        "reconciler/applying/create.py",
        "if not (adapter.create.upsert or is_doubled(adapter)):",
        "if not adapter.create.upsert:",
        "what only a mark tells is created although another controller was quicker",
        "second_controller",
    ),
    Mutant(
        18,
        "P5",
        "reconciler/applying/create.py",
        "if adapter.tagging is None or (ours and tags.get(KEY_MARK) in marks_for(desired.key.name)):",
        "if True:",
        "whatever has the name is taken for what we created",
    ),
    Mutant(
        19,
        "P6",
        "reconciler/aws/redaction.py",
        "return _without(text, sorted(spans)) if spans else text",
        "return text",
        "secrets and sensitive values stand in texts",
        "secret_leaks",
    ),
    Mutant(
        20,
        "P7",
        "reconciler/aws/api.py",
        "return tries >= most or spent > 3 * self.patience.call_deadline",
        "return tries < 0 and spent > most",
        "a call is tried until the pass has no time left",
    ),
    Mutant(
        21,
        "P8",
        "reconciler/reconcile.py",
        "if world.blind or outcomes & TROUBLE:",
        "if world.blind:",
        "a failure is called settled",
    ),
    Mutant(
        22,
        "P8",
        "reconciler/applying/scheduler.py",
        'return Result("refused", str(error))',
        'return Result("done")',
        "what AWS refused is reported done",
    ),
    Mutant(
        23,
        "P8",
        "reconciler/aws/api.py",
        "mutating=not is_read(operation))",
        "mutating=operation.startswith(CREATES))",
        "changes are not counted",
    ),
    Mutant(
        24,
        "P9",
        "reconciler/reconcile.py",
        "        if self.options.dry_run:\n",
        "        if self.options.only and self.options.dry_run:\n",
        "a dry run applies",
    ),
    Mutant(
        25,
        "P9",
        "reconciler/reconcile.py",
        "        if refusals:\n",
        "        if not plan.actions:\n",
        "the guard is not heeded",
    ),
    Mutant(
        26,
        "P9",
        "reconciler/reconcile.py",
        "if account == stack.account:",
        "if account:",
        "any account will do",
    ),
    Mutant(
        27,
        "P10",
        "reconciler/desired/files.py",
        'if not upwards and ".." in path.split("/"):',
        'if not upwards and "..." in path.split("/"):',
        "a path may lead out of the directory",
        "path_escape",
    ),
)
