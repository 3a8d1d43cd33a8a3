"""CDDL (RFC 8610) as far as the export uses it, read from the RFC: rules, choices, ranges, .size,
arrays with occurrence, maps with integer keys, &( enumerations ). The registries we may use have no
validator: npm's `cddl` does not read integer keys. So this reads and matches by itself, strictly:
whatever it does not know is an error."""
import re

TOKEN = re.compile(r"""\s+|;[^\n]*|(?P<t>"[^"]*"|[A-Za-z@_$][-.\w@$]*\b|-?\d+|=>|\.\.|\.size
                       |[=:/,?*&()\[\]{}])""", re.X)
PRELUDE = {"int": lambda v: type(v) is int, "bool": lambda v: type(v) is bool,
           "true": lambda v: v is True, "bstr": lambda v: type(v) is bytes,
           "tstr": lambda v: type(v) is str}


class Cddl:
    def __init__(self, text):
        self.tokens, at = [], 0
        while at < len(text):
            found = TOKEN.match(text, at)
            assert found, f"not CDDL: {text[at:at + 40]!r}"
            if found["t"]:
                self.tokens.append(found["t"])
            at = found.end()
        self.rules = {}
        while self.tokens:
            name = self.take()
            self.take("=")
            assert name not in self.rules and name not in PRELUDE, f"{name} is defined twice"
            self.rules[name] = self.choice()
        for name in self.used(list(self.rules.values())):
            assert name in self.rules or name in PRELUDE, f"{name} is not defined"

    # ---- reading ----

    def take(self, wanted=None):
        token = self.tokens.pop(0)
        assert wanted is None or token == wanted, f"{wanted} expected, got {token}"
        return token

    def next_is(self, token):
        return bool(self.tokens) and self.tokens[0] == token

    def choice(self):
        options = [self.type1()]
        while self.next_is("/"):
            self.take()
            options.append(self.type1())
        return options[0] if len(options) == 1 else ("choice", options)

    def type1(self):
        token = self.take()
        if token == "{":
            return ("map", self.entries("}"))
        if token == "[":
            return ("array", self.entries("]"))
        if token == "&":
            self.take("(")
            return ("choice", [value for _, _, value in self.entries(")")])
        if token.lstrip("-").isdigit():
            low = int(token)
            if not self.next_is(".."):
                return ("value", low)
            self.take()
            return ("range", low, int(self.take()))
        assert re.match(r"[A-Za-z]", token), f"a type expected, got {token}"
        if not self.next_is(".size"):
            return ("name", token)
        self.take()
        if not self.next_is("("):
            size = int(self.take())
            return ("size", token, size, size)
        self.take()
        low, _, high, _ = int(self.take()), self.take(".."), int(self.take()), self.take(")")
        return ("size", token, low, high)

    def entries(self, end):
        """[(occurrence (low, high), key or None, type)]"""
        found = []
        while not self.next_is(end):
            low, high, key = 1, 1, None
            if self.next_is("?"):
                self.take()
                low = 0
            elif self.tokens[1] == "*":
                low, _, high = int(self.take()), self.take(), int(self.take())
            if self.tokens[1] in (":", "=>"):
                key = self.take()
                self.take()
            found.append(((low, high), key, self.choice()))
            if not self.next_is(end):
                self.take(",")
        self.take(end)
        return found

    def used(self, node):
        if isinstance(node, tuple) and node and node[0] == "name":
            yield node[1]
        elif isinstance(node, (tuple, list)):
            for part in node:
                yield from self.used(part)

    # ---- matching ----

    def matches(self, value, node):
        if isinstance(node, str):
            node = ("name", node)
        return getattr(self, "match_" + node[0])(value, *node[1:])

    def match_name(self, value, name):
        if name in PRELUDE:
            return PRELUDE[name](value)
        return self.matches(value, self.rules[name])

    def match_value(self, value, wanted):
        return type(value) is int and value == wanted

    def match_range(self, value, low, high):
        return type(value) is int and low <= value <= high

    def match_size(self, value, name, low, high):
        if not self.match_name(value, name):
            return False
        return low <= len(value.encode() if type(value) is str else value) <= high

    def match_choice(self, value, options):
        return any(self.matches(value, option) for option in options)

    def match_array(self, value, entries):
        if type(value) is not list:
            return False
        if len(entries) == 1:
            (low, high), _, kind = entries[0]
            return low <= len(value) <= high and all(self.matches(v, kind) for v in value)
        return len(value) == len(entries) and all(
            self.matches(v, kind) for v, (_, _, kind) in zip(value, entries))

    def match_map(self, value, entries):
        if type(value) is not dict:
            return False
        left = dict(value)
        for (low, _), key, kind in entries:
            if int(key) not in left:
                if low:
                    return False
            elif not self.matches(left.pop(int(key)), kind):
                return False
        return not left
