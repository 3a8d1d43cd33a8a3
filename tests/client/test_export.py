"""`latarnia schema export`: each format is accepted by its own validator, golden messages and stored
records are valid under it, and what the schemas forbid is refused."""
import copy
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import warnings

import jsonschema

import bus
import cddl
import golden
import test_named

HERE = pathlib.Path(__file__).resolve().parent
NODE = pathlib.Path(os.environ["LATARNIA_NODE"])
warnings.simplefilter("ignore", DeprecationWarning)


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def export(form):
    return run(bus.BIN / "latarnia", "schema", "export", "--format", form)


def install_node():
    assert shutil.which("npm") and shutil.which("node"), "this test needs nodejs and npm"
    NODE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "check.mjs"):
        shutil.copy(HERE / "node" / name, NODE)
    subprocess.run(["npm", "ci", "--omit=dev", "--no-audit", "--no-fund", "--ignore-scripts"],
                   cwd=NODE, check=True, stdout=subprocess.DEVNULL, timeout=150)


def node(what, document, lines=""):
    """The validator's complaints; none: valid."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(document, file)
        file.flush()
        done = subprocess.run(["node", NODE / "check.mjs", what, file.name], input=lines,
                              capture_output=True, text=True)
    assert done.returncode in (0, 1) and not done.stderr, done.stderr
    assert (done.returncode == 1) == bool(done.stdout)
    return done.stdout.splitlines()


# ---- JSON Schema ----

def broken(doc, schema, value):
    """(what was broken, the value so broken), for everything the schema of an object demands."""
    def other(name, new):
        return {**value, name: new}
    for name in schema["required"]:
        yield f"without {name}", {k: v for k, v in value.items() if k != name}
    yield "unknown field", other("no_such_field", 1)
    for name in value:
        field = schema["properties"][name]
        if "$ref" in field:
            field = doc["$defs"][field["$ref"].rsplit("/", 1)[1]]
        if "enum" in field:
            yield f"{name}: unknown code", other(name, "no_such_code")
        elif field["type"] == "integer":
            yield f"{name}: below", other(name, field["minimum"] - 1)
            if field["maximum"] < 1 << 60:
                yield f"{name}: above", other(name, field["maximum"] + 1)
        elif field["type"] == "array":
            yield f"{name}: too many", other(name, value[name][:1] * (field["maxItems"] + 1))
            inner = doc["$defs"][field["items"]["$ref"].rsplit("/", 1)[1]]
            for what, item in broken(doc, inner, value[name][0]):
                yield f"{name}[0] {what}", other(name, [item])
        elif "x-max-bytes" in field:
            yield f"{name}: too long", other(name, "x" * (field["maxLength"] + 1))
        elif field["type"] == "string":
            yield f"{name}: not such a text", other(name, "2018-13-41 !")
        yield f"{name}: another kind", other(name, {"a": 1})


def extreme(schema, value):
    """The value with one field at a bound that is still allowed."""
    for name in value:
        field = schema["properties"][name]
        if field.get("type") == "integer":
            yield {**value, name: field["minimum"]}
            yield {**value, name: field["maximum"]}
        elif "x-max-bytes" in field:
            yield {**value, name: "x" * field["maxLength"]}
        elif field.get("type") == "array":
            yield {**value, name: value[name][:1] * field["maxItems"]}


def test_json_schema():
    doc = json.loads(export("jsonschema"))
    jsonschema.Draft202012Validator.check_schema(doc)
    resolver = jsonschema.RefResolver.from_schema(doc)
    shown = [json.loads(line) for line in
             run(bus.BIN / "json_form", "show", golden.TOP / "tests/golden/messages.txt").splitlines()]
    refused, allowed = [], []
    for message in shown:
        schema = doc["$defs"][message["name"]]
        validator = jsonschema.Draft202012Validator(schema, resolver=resolver)
        validator.validate(message["json"])
        for what, value in broken(doc, schema, message["json"]):
            assert not validator.is_valid(value), (message["name"], what)
            refused.append({"name": message["name"], "json": value})
        for value in [message["json"], *extreme(schema, message["json"])]:
            validator.validate(value)
            allowed.append({"name": message["name"], "json": value})
    for lines, expected in ((refused, "false"), (allowed, "true")):
        said = run(bus.BIN / "json_form", "read", input="\n".join(map(json.dumps, lines))).split()
        assert len(said) == len(lines)
        other = [line for line, taken in zip(lines, said) if taken != expected]
        assert not other, ("our own reader does not agree", str(other[0])[:300])
    print(f"JSON Schema and our own reader: {len(allowed)} values valid, {len(refused)} refused")
    return doc


def test_events(doc, data):
    """Every event of a log that holds all of them, under the whole schema, with its attributes."""
    lines = run(bus.BIN / "latarnia", "--data", data, "feed", "--json")
    assert node("events", doc, lines) == []
    events = [json.loads(line) for line in lines.splitlines()]
    wrong = []
    for event in events[:300]:
        one = copy.deepcopy(event)
        one["data"]["no_such_field"] = 1
        two = {k: v for k, v in event.items() if k != "sequence"}
        wrong += [one, two, {**event, "type": "pl.lodz.latarnia.Nothing.v1"}, {**event, "new": "x"}]
    complaints = node("events", doc, "".join(json.dumps(event) + "\n" for event in wrong))
    assert len(complaints) == len(wrong), (len(complaints), len(wrong))
    print(f"CloudEvents: {len(events)} valid, {len(wrong)} broken ones refused")


# ---- AsyncAPI ----

def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def resolve(doc, reference):
    assert reference.startswith("#/"), reference
    for part in reference[2:].split("/"):
        doc = doc[part]
    return doc


def test_asyncapi():
    doc = json.loads(export("asyncapi"))
    assert node("asyncapi", doc) == []
    for spoil in (lambda d: d["operations"]["ReadFeed"].update(action="ask"),
                  lambda d: d["channels"]["eventlog"].update(messages=[]),
                  lambda d: d.pop("info"),
                  lambda d: d["components"]["schemas"]["ReadFeed"].update(required="from")):
        wrong = copy.deepcopy(doc)
        spoil(wrong)
        assert node("asyncapi", wrong), "a broken document is accepted"
    for reference in set(references(doc)):
        resolve(doc, reference)
    said = set()
    for operation in doc["operations"].values():
        channel = resolve(doc, operation["channel"]["$ref"])["messages"]
        listed = operation.get("messages", []) + operation.get("reply", {}).get("messages", [])
        assert all(m["$ref"].startswith(operation["channel"]["$ref"] + "/") for m in listed)
        said |= {m["$ref"].rsplit("/", 1)[1] for m in listed} or set(channel)
    assert said == {name for _, name, _, _ in golden.messages()}, "each message has its operation"
    print(f"AsyncAPI: valid; {len(doc['operations'])} operations tell all {len(said)} messages")


# ---- CDDL ----

def broken_map(spec, name, value):
    """Maps as `name`, each with one thing that its rule forbids."""
    for (low, _), key, kind in spec.rules[name][1]:
        if low:
            yield {k: v for k, v in value.items() if k != int(key)}
        if int(key) in value:
            yield {**value, int(key): {"other": "kind"}}
            if kind[0] == "range":
                yield {**value, int(key): kind[1] - 1}
                yield {**value, int(key): kind[2] + 1}
            if kind[0] == "size":
                yield {**value, int(key): (b"x" if kind[1] == "bstr" else "x") * (kind[3] + 1)}
            if kind[0] == "name" and spec.rules.get(kind[1], ("",))[0] == "choice":
                yield {**value, int(key): 9999}
            if kind[0] == "array":
                yield {**value, int(key): value[int(key)][:1] * (kind[1][0][0][1] + 1)}
    yield {**value, 64: 1}


def test_cddl(data):
    spec, refused, count = cddl.Cddl(export("cddl")), 0, 0
    for number, name, _, framed in golden.messages():
        kind, value = bus.unpack(framed)
        assert kind == number and spec.matches([kind, value], name + "-message"), name
        assert not spec.matches([kind + 0x8000, value], name + "-message")
        for wrong in broken_map(spec, name, value):
            assert not spec.matches(wrong, name), (name, wrong)
            refused += 1
        count += 1
    page = bus.Client(data, "eventlog").one(bus.READ_FEED, {1: 1})[1]
    for item in page[1]:
        assert spec.matches(bus.unpack(item[1]), "record")
    assert not spec.matches(bus.unpack(page[1][0][1])[:2], "record")
    print(f"CDDL: {count} golden messages and {len(page[1])} records match, {refused} do not")


def main():
    install_node()
    doc = test_json_schema()
    test_asyncapi()
    with bus.Eventlog() as eventlog:
        count = test_named.append_everything(eventlog.data, random.Random(3))
        bus.Client(eventlog.data, "eventlog").one(bus.READ_FEED, {1: count, 3: 10000})
        test_events(doc, eventlog.data)
        test_cddl(eventlog.data)


if __name__ == "__main__":
    main()
