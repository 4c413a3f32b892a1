"""The literals in a Python file of settings."""

from __future__ import annotations

import ast

from recommender.corpus.generators.values import Computed

_LONGEST = 100_000


def read_python(path: str, text: str) -> dict[str, object]:
    r"""What a module assigns to names at its top level; what is not a literal is `Computed`.

    Names assigned before, ``+`` and f-strings of literals count as literals.

    Raises
    ------
    SyntaxError
        The text is not Python.

    >>> read_python("a.py", "A = 'x'\nB = A + '/{slug}/'\nC = make()")["B"]
    'x/{slug}/'
    """
    names: dict[str, object] = {}
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.Assign):
            value = _value(statement.value, names, path)
            for target in statement.targets:
                _assign(target, value, names, path)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            _assign(statement.target, _value(statement.value, names, path), names, path)
        elif isinstance(statement, ast.AugAssign):
            _assign(statement.target, _computed(statement, path), names, path)
        else:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    names[node.id] = _computed(statement, path)
    return names


def _assign(target: ast.expr, value: object, names: dict[str, object], path: str) -> None:
    if isinstance(target, ast.Name):
        names[target.id] = value
    elif isinstance(target, ast.Tuple | ast.List):
        for one in target.elts:
            _assign(one, _computed(target, path), names, path)
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        known, key = names.get(target.value.id), _value(target.slice, names, path)
        if isinstance(known, dict) and isinstance(key, str):
            known[key] = value


def _value(node: ast.expr, names: dict[str, object], path: str) -> object:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str | int | float | bool | None) else _computed(node, path)
    if isinstance(node, ast.Name):
        return names.get(node.id, _computed(node, path))
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [_value(one, names, path) for one in node.elts]
    if isinstance(node, ast.Dict):
        return {
            str(_value(key, names, path)): _value(value, names, path)
            for key, value in zip(node.keys, node.values, strict=True)
            if key is not None
        }
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand, names, path)
        return -inner if isinstance(inner, int | float) else _computed(node, path)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _value(node.left, names, path), _value(node.right, names, path)
        if isinstance(left, str) and isinstance(right, str) and len(left) + len(right) <= _LONGEST:
            return left + right
        if isinstance(left, list) and isinstance(right, list) and len(left) + len(right) <= _LONGEST:
            return left + right
        return _computed(node, path)
    if isinstance(node, ast.JoinedStr):
        parts = [_value(one.value if isinstance(one, ast.FormattedValue) else one, names, path) for one in node.values]
        if all(isinstance(part, str) for part in parts):
            return "".join(str(part) for part in parts)[:_LONGEST]
    return _computed(node, path)


def _computed(node: ast.stmt | ast.expr, path: str) -> Computed:
    return Computed(path, node.lineno, ast.unparse(node).splitlines()[0][:60])
