#!/usr/bin/python3
"""Judges the scenario schema by python3-jsonschema, which knows nothing of writepath.

    check_schema.py WRITEPATH SOURCE_TREE

The schema must be the one that the program prints and a correct draft 2020-12 schema; it must accept
every scenario of the repository, and refuse the wrong ones but for those whose mistake no schema can
see (names that refer to nothing, times beyond the end, quorums that don't intersect, ...).
"""
import json
import pathlib
import subprocess
import sys

import jsonschema

# Mistakes that need more than one place of the file to be seen, or more than a JSON document.
BEYOND_A_SCHEMA = {
    "autocommit-of-four-statements", "az-outage-of-unknown-az", "az-outage-without-az",
    "backoff-shrinks", "battery-too-short", "crash-with-duration", "duplicate-architectures",
    "duplicate-key", "duplicate-key-in-node", "duplicate-names", "duplicate-nodes",
    "expect-itself", "expect-metric-of-a-fault", "expect-unknown-metric", "expect-unknown-names",
    "fault-after-end", "fault-index-too-large", "fault-keys-missing",
    "fault-keys-of-another-kind", "fault-keys-of-presets", "fault-named-like-a-strike",
    "fault-on-nobody-in-az", "fault-on-node-of-no-architecture", "fault-on-role-that-never-exists",
    "fault-on-unknown-node", "fault-peer-of-nothing", "fault-role-and-node",
    "fault-without-target", "host-in-two-azs", "keys-of-another-choice",
    "link-that-changes-nothing", "nesting-of-65",
    "no-primary", "nobody-acknowledges", "options-copies-in-unknown-az", "options-copies-missing",
    "no-primary", "options-copies-in-unknown-az", "options-copies-missing",
    "options-flow-control-of-nobody", "options-hedge-too-early",
    "options-load-of-no-time", "options-load-on-no-copy",
    "options-mirror-and-monitor-together",
    "options-mirror-in-primary-az", "options-mirror-in-unknown-az",
    "options-mirror-of-local-storage", "options-mirror-of-two-azs",
    "options-monitor-in-unknown-az", "options-more-copies-than-exist",
    "options-more-tails-than-copies", "options-quorum-of-no-copies",
    "options-quorums-that-do-not-intersect", "options-read-of-tails-write-of-full",
    "options-read-without-pages", "options-tails-only", "options-way-of-two-kinds", "options-replicas-without-binlog",
    "options-semi-sync-without-binlog", "options-two-writers-could-commit",
    "expect-cost-of-what-has-no-price", "expect-cost-without-prices", "prices-none-of-them",
    "promotion-tier-of-unknown-node", "options-wait-for-more-replicas-than-exist", "settles-too-long", "shared-cpu", "stop-after-end",
    "stop-before-start", "storage-node-placed-by-hand", "two-primaries", "unknown-az",
    "unknown-az-near", "unknown-transaction", "warmup-too-long", "weights-of-zero",
}
# Python's parser takes what JSON doesn't.
PYTHON_READS = {"syntax-half-a-surrogate", "syntax-nan"}

failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED:", what)


def errors_of(validator, document):
    return [f"/{'/'.join(map(str, error.path))}: {error.message[:300]}"
            for error in validator.iter_errors(document)]


def check_durability(program, source):
    """The format of `writepath durability` has a schema of its own."""
    printed = subprocess.run([program, "schema", "--durability"], capture_output=True, text=True,
                             check=True).stdout
    text = (source / "schema" / "durability.schema.json").read_text()
    check(printed == text, "schema/durability.schema.json is not what `writepath schema "
                           "--durability` prints")
    schema = json.loads(printed)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = sorted((source / "scenarios").glob("*/durability.json"))
    check(good, "no durability file among the scenarios")
    for file in good:
        errors = errors_of(validator, json.loads(file.read_text()))
        check(not errors, f"{file}: {errors}")
    wrong = {"durability_version": 1, "name": "a", "placements": [{"name": "p"}], "segment": 1}
    check(errors_of(validator, wrong), "the durability schema accepts nonsense")


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    text = (source / "schema" / "scenario.schema.json").read_text()
    printed = subprocess.run([program, "schema"], capture_output=True, text=True, check=True).stdout
    check(printed == text, "schema/scenario.schema.json is not what `writepath schema` prints; "
                           "update it: build/release/writepath schema > schema/scenario.schema.json")

    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    good = [file for file in sorted((source / "scenarios").glob("*/*.json"))
            if file.parent.name != "bad"
            and file.name not in ("expected.json", "durability.json", "sweep.json")]
    check(len(good) >= 3, f"only {len(good)} scenarios")
    for file in good:
        errors = errors_of(validator, json.loads(file.read_text()))
        check(not errors, f"{file}: {errors}")

    check_durability(program, source)

    for file in sorted((source / "scenarios" / "bad").glob("*.json")):
        try:
            document = json.loads(file.read_text(encoding="utf-8"))
        except (ValueError, RecursionError):
            continue
        if file.stem in PYTHON_READS:
            continue
        refused = bool(errors_of(validator, document))
        check(refused != (file.stem in BEYOND_A_SCHEMA),
              f"{file}: {'refused' if refused else 'accepted'} by the schema")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
