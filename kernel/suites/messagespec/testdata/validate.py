"""Validates messages, a JSON object a line on stdin, against schemas.json. Prints what is wrong, then how many of each were valid."""

import json
import pathlib
import sys
from collections import Counter

from jsonschema import Draft202012Validator

schemas = json.loads(pathlib.Path(__file__).with_name("schemas.json").read_text())


def validator(schema):
    return Draft202012Validator({"$defs": schemas["$defs"], **schema}, format_checker=Draft202012Validator.FORMAT_CHECKER)


header = validator({"$ref": "#/$defs/header"})
parent = validator({"$ref": "#/$defs/parent_header"})
contents = {
    (channel, kind): validator(schema)
    for channel, kinds in schemas["messages"].items()
    for kind, schema in kinds.items()
}
valid = Counter()
for line in sys.stdin:
    m = json.loads(line)
    kind = (m["channel"], m["header"]["msg_type"])
    wrong = [f"header: {e.message}" for e in header.iter_errors(m["header"])]
    wrong += [f"parent_header: {e.message}" for e in parent.iter_errors(m["parent_header"])]
    if not isinstance(m["metadata"], dict):
        wrong.append("metadata is no object")
    if kind in contents:
        wrong += [f"content {e.json_path}: {e.message}" for e in contents[kind].iter_errors(m["content"])]
    else:
        wrong.append("such a message is not in the protocol")
    if wrong:
        print("WRONG", *kind, json.dumps(m["content"], ensure_ascii=False)[:500], *wrong, sep="\n  ")
    else:
        valid[kind] += 1
for (channel, kind), n in sorted(valid.items()):
    print(channel, kind, n)
