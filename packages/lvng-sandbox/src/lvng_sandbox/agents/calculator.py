"""Evaluate arithmetic expressions: numbers, operators and brackets."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import TypeAlias

Number: TypeAlias = int | float

_MAX_LENGTH = 200
"""Characters of the longest expression."""
_MAX_POWER = 100
_BINARY: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def evaluate(expression: str) -> Number:
    """The value of an expression such as `(412000 - 381000) / 381000`.

    Raises:
        ValueError: it is not an arithmetic expression, or has no finite real value.
    """
    if len(expression) > _MAX_LENGTH:
        raise ValueError(f"an expression has at most {_MAX_LENGTH} characters")
    try:
        value = _value(ast.parse(expression.strip(), mode="eval").body)
        finite = math.isfinite(value)
    except SyntaxError:
        raise ValueError(f"{expression!r} is not an expression") from None
    except ArithmeticError as error:
        raise ValueError(str(error)) from None
    if not finite:
        raise ValueError("its value is too large")
    return value


def _value(node: ast.expr) -> Number:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub()):
            return -_value(node.operand)
        case ast.UnaryOp(op=ast.UAdd()):
            return _value(node.operand)
        case ast.BinOp(op=ast.Pow()):
            return _power(_value(node.left), _value(node.right))
        case ast.BinOp() if type(node.op) in _BINARY:
            return _BINARY[type(node.op)](_value(node.left), _value(node.right))
    raise ValueError(f"{ast.unparse(node)!r} is not arithmetic")


def _power(base: Number, exponent: Number) -> Number:
    # Integers grow with every digit: higher powers would exhaust the memory.
    if abs(exponent) > _MAX_POWER or abs(base) > 10**_MAX_POWER:
        raise ValueError(f"powers go up to {_MAX_POWER}")
    if base < 0 and not float(exponent).is_integer():
        raise ValueError("its value is not a real number")
    value: Number = base**exponent
    return value
