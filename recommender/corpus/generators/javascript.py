"""The literals in a JavaScript or TypeScript file of settings."""

from __future__ import annotations

import json
import re
from itertools import count
from typing import TYPE_CHECKING, TypeGuard

from recommender.corpus.generators.values import Call, Computed

if TYPE_CHECKING:
    from tree_sitter import Node

# Where the calls that a function of settings makes on its first parameter are found among the settings.
CALLS = "()"

_WRAPPERS = frozenset(
    {"as_expression", "await_expression", "non_null_expression", "parenthesized_expression", "satisfies_expression"}
)
_FUNCTIONS = frozenset({"arrow_function", "function_declaration", "function_expression", "generator_function"})
_DECLARATIONS = frozenset({"lexical_declaration", "variable_declaration"})
_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None, "undefined": None}
# Every generator builds what it publishes with this.
_ENVIRONMENT = {"process.env.NODE_ENV": "production"}
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\n)|(.))")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_LONGEST = 60
_DEEPEST = 100
_MOST_VALUES = 200_000
_MOST_LETTERS = 100_000
# What is broken on purpose takes the parser quadratic time. Of real files of that length it asks 40 times a kilobyte
# whether to go on.
_MOST_TEXT = 200_000
_MOST_STEPS = 20_000
_CHUNK = 65_536

Scope = dict[str, "Node | object"]


def read_javascript(path: str, text: str) -> dict[str, object]:
    """The object that a module exports, as far as it is written as literals.

    A value that is computed is `Computed`, a call inside the object a `Call`. Followed are the constants of the same
    file, spreads of objects that are known, a function around the object (``defineConfig({…})``), and a function that
    returns it; the calls that this makes on its first parameter are a list under `CALLS`.

    Raises
    ------
    ValueError
        The file cannot be understood as JavaScript, or is very long.

    >>> read_javascript("a.mjs", "const b = '/x/'; export default defineConfig({ base: b, i: [f({ n: 1 })] })")["base"]
    '/x/'
    """
    if len(text) > _MOST_TEXT:
        raise ValueError(f"it has more than {_MOST_TEXT:,} characters")
    # Loaded here: most sites have no configuration in JavaScript.
    import tree_sitter
    import tree_sitter_typescript

    typed = path.endswith(("ts", "mts", "cts"))
    grammar = tree_sitter_typescript.language_typescript() if typed else tree_sitter_typescript.language_tsx()
    raw, steps = text.encode(), count()
    try:
        tree = tree_sitter.Parser(tree_sitter.Language(grammar)).parse(
            lambda offset, _: raw[offset : offset + _CHUNK],
            progress_callback=lambda _offset, _has_error: next(steps) > _MOST_STEPS,
        )
    except ValueError:
        raise ValueError("it takes too long to be understood as JavaScript") from None
    return _Module(path).read(tree.root_node)


class _Module:
    def __init__(self, path: str) -> None:
        self._path = path
        self._depth = 0
        self._values = 0

    def read(self, root: Node) -> dict[str, object]:
        scope: Scope = {}
        exported: Node | None = None
        named: dict[str, Node] = {}
        for statement in root.named_children:
            declared = statement
            if statement.type == "export_statement":
                value = statement.child_by_field_name("value")
                declaration = statement.child_by_field_name("declaration")
                if any(child.type == "default" for child in statement.children):
                    exported = value or declaration
                if declaration is None:
                    continue
                declared = declaration
                named.update(_declared(declared))
            scope.update(_declared(declared))
            if declared.type == "expression_statement":
                exported = _common_js(declared) or exported
        values = {name: self._value(node, scope) for name, node in named.items() if node.type not in _FUNCTIONS}
        if exported is not None:
            values.update(self._settings(exported, scope))
        elif not values:
            raise ValueError("no exported object was found")
        return values

    def _settings(self, node: Node, scope: Scope) -> dict[str, object]:
        """The object of an exported expression."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError("it is nested too deeply")
        try:
            return self._followed(node, scope)
        finally:
            self._depth -= 1

    def _followed(self, node: Node, scope: Scope) -> dict[str, object]:
        if node.type in _WRAPPERS:
            return self._settings(node.named_children[0], scope) if node.named_children else {}
        if node.type == "identifier":
            known = scope.get(_text(node))
            return self._settings(known, _without(scope, node)) if _is_node(known) else {}
        if node.type == "call_expression":
            for argument in _arguments(node):
                if found := self._settings(argument, scope):
                    return found
            return {}
        if node.type in _FUNCTIONS:
            return self._returned(node, scope)
        value = self._value(node, scope)
        return value if isinstance(value, dict) else {}

    def _returned(self, function: Node, scope: Scope) -> dict[str, object]:
        body = function.child_by_field_name("body")
        if body is None:
            return {}
        if body.type != "statement_block":
            return self._settings(body, scope)
        inner = dict(scope)
        values: dict[str, object] = {}
        parameter = _first_parameter(function)
        calls: list[Call] = []
        for statement in body.named_children:
            inner.update(_declared(statement))
            if statement.type == "return_statement" and statement.named_children:
                values = self._settings(statement.named_children[0], inner)
            elif statement.type == "expression_statement" and parameter is not None:
                calls += self._calls(statement.named_children[0], parameter, inner)
        if calls:
            values = {**values, CALLS: calls}
        return values

    def _calls(self, node: Node, parameter: str, scope: Scope) -> list[Call]:
        """The calls in ``parameter.method(…)``, chained ones included."""
        if node.type in _WRAPPERS and node.named_children:
            return self._calls(node.named_children[0], parameter, scope)
        function = node.child_by_field_name("function") if node.type == "call_expression" else None
        if function is None or function.type != "member_expression":
            return []
        owner, method = function.child_by_field_name("object"), function.child_by_field_name("property")
        if owner is None or method is None:
            return []
        name = _text(method)
        own = _text(owner) == parameter or _text(owner).startswith(f"{parameter}.")
        if own and owner.type == "member_expression":
            name = f"{_text(owner)[len(parameter) + 1 :]}.{name}"
        before = [] if own and owner.type != "call_expression" else self._calls(owner, parameter, scope)
        if not before and not own:
            return []
        arguments = tuple(self._value(argument, scope) for argument in _arguments(node))
        return [*before, Call(self._path, _line(node), _text(node)[:_LONGEST], name, arguments)]

    def _value(self, node: Node, scope: Scope) -> object:
        self._depth += 1
        self._values += 1
        if self._depth > _DEEPEST or self._values > _MOST_VALUES:
            raise ValueError("it is nested too deeply, or too large")
        try:
            return self._evaluated(node, scope)
        finally:
            self._depth -= 1

    def _evaluated(self, node: Node, scope: Scope) -> object:
        kind = node.type
        if kind in _WRAPPERS and node.named_children:
            return self._value(node.named_children[0], scope)
        if kind in _CONSTANTS:
            return _CONSTANTS[kind]
        if kind == "string":
            return _unescaped(_text(node)[1:-1])
        if kind == "template_string":
            return self._template(node, scope)
        if kind == "number":
            return _number(_text(node), self._computed(node))
        if kind == "object":
            return self._object(node, scope)
        if kind == "array":
            return self._array(node, scope)
        if kind == "identifier":
            return self._named(node, scope)
        if kind in ("member_expression", "subscript_expression"):
            return self._member(node, scope)
        if kind in ("binary_expression", "ternary_expression", "unary_expression"):
            return self._operation(node, scope)
        if kind == "call_expression":
            function = node.child_by_field_name("function")
            arguments = tuple(self._value(argument, scope) for argument in _arguments(node))
            name = _text(function) if function is not None else ""
            return Call(self._path, _line(node), _text(node).splitlines()[0][:_LONGEST], name, arguments)
        return self._computed(node)

    def _object(self, node: Node, scope: Scope) -> object:
        found: dict[str, object] = {}
        for part in node.named_children:
            if part.type == "pair":
                key, value = part.child_by_field_name("key"), part.child_by_field_name("value")
                name = self._key(key, scope) if key is not None else None
                if name is not None and value is not None:
                    found[name] = self._value(value, scope)
            elif part.type == "shorthand_property_identifier":
                found[_text(part)] = self._named(part, scope)
            elif part.type == "spread_element" and part.named_children:
                spread = self._value(part.named_children[0], scope)
                if isinstance(spread, dict):
                    found.update(spread)
            elif part.type == "method_definition" and (named := part.child_by_field_name("name")) is not None:
                found[_text(named)] = self._computed(part)
        return found

    def _key(self, node: Node, scope: Scope) -> str | None:
        if node.type == "string":
            return _unescaped(_text(node)[1:-1])
        if node.type == "computed_property_name":
            value = self._value(node.named_children[0], scope) if node.named_children else None
            return value if isinstance(value, str) else None
        return _text(node)

    def _array(self, node: Node, scope: Scope) -> object:
        found: list[object] = []
        for part in node.named_children:
            if part.type == "spread_element" and part.named_children:
                spread = self._value(part.named_children[0], scope)
                found += spread if isinstance(spread, list) else [self._computed(part)]
            elif part.type != "comment":
                found.append(self._value(part, scope))
        return found

    def _template(self, node: Node, scope: Scope) -> object:
        parts: list[str] = []
        for part in node.named_children:
            if part.type == "template_substitution":
                value = self._value(part.named_children[0], scope) if part.named_children else None
                if not isinstance(value, str | int):
                    return self._computed(node)
                parts.append(str(value))
            else:
                parts.append(_unescaped(_text(part)))
        return "".join(parts)[:_MOST_LETTERS]

    def _named(self, node: Node, scope: Scope) -> object:
        name = _text(node)
        if name not in scope:
            return _CONSTANTS.get(name, self._computed(node)) if name == "undefined" else self._computed(node)
        known = scope[name]
        return self._value(known, _without(scope, node)) if _is_node(known) else known

    def _member(self, node: Node, scope: Scope) -> object:
        written = _text(node)
        if written in _ENVIRONMENT:
            return _ENVIRONMENT[written]
        owner = node.child_by_field_name("object")
        key = node.child_by_field_name("property") or node.child_by_field_name("index")
        known = self._value(owner, scope) if owner is not None else None
        name = _text(key) if key is not None else ""
        if key is not None and key.type == "string":
            name = name[1:-1]
        return known[name] if isinstance(known, dict) and name in known else self._computed(node)

    def _operation(self, node: Node, scope: Scope) -> object:
        if node.type == "unary_expression":
            argument, operator = node.child_by_field_name("argument"), node.child_by_field_name("operator")
            value = self._value(argument, scope) if argument is not None else None
            if operator is not None and operator.type == "-" and isinstance(value, int | float):
                return -value
            if operator is not None and operator.type == "!" and isinstance(value, bool):
                return not value
            return self._computed(node)
        if node.type == "ternary_expression":
            condition, yes, no = (
                node.child_by_field_name(name) for name in ("condition", "consequence", "alternative")
            )
            truth = self._value(condition, scope) if condition is not None else None
            chosen = yes if truth else no
            return self._computed(node) if isinstance(truth, Computed) or chosen is None else self._value(chosen, scope)
        left, operator, right = (node.child_by_field_name(name) for name in ("left", "operator", "right"))
        if left is None or operator is None or right is None:
            return self._computed(node)
        return self._binary(node, operator.type, self._value(left, scope), self._value(right, scope))

    def _binary(self, node: Node, operator: str, first: object, second: object) -> object:
        if operator in ("||", "??"):
            if isinstance(first, Computed):
                # Mostly a variable of the environment, which is not set on most machines.
                return Computed(first.path, first.line, _text(node)[:_LONGEST], second)
            return first if (first is not None if operator == "??" else first) else second
        if isinstance(first, Computed) or isinstance(second, Computed):
            return self._computed(node)
        if operator == "+" and isinstance(first, str) and isinstance(second, str):
            return (first + second)[:_MOST_LETTERS]
        if operator in ("==", "==="):
            return first == second
        if operator in ("!=", "!=="):
            return first != second
        if operator == "&&":
            return second if first else first
        return self._computed(node)

    def _computed(self, node: Node) -> Computed:
        return Computed(self._path, _line(node), (_text(node).splitlines() or [""])[0][:_LONGEST])


def _declared(statement: Node) -> list[tuple[str, Node]]:
    """The names that a statement declares, with their values."""
    if statement.type == "function_declaration":
        name = statement.child_by_field_name("name")
        return [(_text(name), statement)] if name is not None else []
    if statement.type not in _DECLARATIONS:
        return []
    found: list[tuple[str, Node]] = []
    for declarator in statement.named_children:
        name, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
        if name is not None and value is not None and name.type == "identifier":
            found.append((_text(name), value))
    return found


def _common_js(statement: Node) -> Node | None:
    """What ``module.exports = …`` exports."""
    assignment = statement.named_children[0] if statement.named_children else None
    if assignment is None or assignment.type != "assignment_expression":
        return None
    left = assignment.child_by_field_name("left")
    is_export = left is not None and _text(left) in ("module.exports", "exports.default", "module.exports.default")
    return assignment.child_by_field_name("right") if is_export else None


def _first_parameter(function: Node) -> str | None:
    single = function.child_by_field_name("parameter")
    if single is not None:
        return _text(single)
    parameters = function.child_by_field_name("parameters")
    if parameters is None or not parameters.named_children:
        return None
    first = parameters.named_children[0]
    pattern = first.child_by_field_name("pattern") or first
    return _text(pattern)


def _arguments(call: Node) -> list[Node]:
    arguments = call.child_by_field_name("arguments")
    if arguments is None:
        return []
    return [argument for argument in arguments.named_children if argument.type != "comment"]


def _without(scope: Scope, node: Node) -> Scope:
    """The scope in which a name's value is read: without the name, so that none is its own value."""
    name = _text(node)
    return {key: value for key, value in scope.items() if key != name}


def _is_node(value: object) -> TypeGuard[Node]:
    return hasattr(value, "named_children")


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _line(node: Node) -> int:
    return int(node.start_point[0]) + 1


def _number(text: str, otherwise: object) -> object:
    try:
        value = json.loads(text.replace("_", ""))
    except ValueError:
        return otherwise
    return value if isinstance(value, int | float) else otherwise


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is not None:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else ""
    return "" if match[4] else _ESCAPED.get(match[5], match[5])
