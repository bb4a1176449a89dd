"""Formulas as plain text, as LaTeX through sympy, and as MathML."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from verifier.explain.document import Formula, Number, Symbol, Term
from verifier.numbers import brief, is_long

if TYPE_CHECKING:
    import sympy

SIGNS = {"mu": "μ", "nu": "ν", "epsilon": "ε", "gamma": "γ", "mixture": "w·U"}
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
RELATIONS = {">=": "≥", "=": "="}
LATEX_RELATIONS = {">=": r"\ge", "=": "="}


def symbol_text(symbol: Symbol) -> str:
    """A symbol in Unicode.

    >>> symbol_text(Symbol("U", 2, "mu"))
    'U₂(μ)'
    """
    name = SIGNS.get(symbol.name, symbol.name)
    index = "" if symbol.index is None else str(symbol.index).translate(SUBSCRIPTS)
    argument = "" if symbol.argument is None else f"({SIGNS.get(symbol.argument, symbol.argument)})"
    return name + index + argument


def formula_text(formula: Formula) -> str:
    """A formula in one line of Unicode."""
    words = []
    for n, term in enumerate(formula.terms):
        sign = "-" if term.minus else ("" if n == 0 else "+")
        gap = " " if n else ""
        words.append(f"{gap}{sign}{gap if sign else ''}{_term_text(term)}")
    return "".join(words)


def long_coefficients(formula: Formula) -> list[Fraction]:
    """The coefficients of which only the first digits are shown."""
    found = [term.coefficient for term in formula.terms]
    return [value for value in found if isinstance(value, Fraction) and is_long(value)]


def _term_text(term: Term) -> str:
    parts = [symbol_text(symbol) for symbol in term.symbols]
    if term.coefficient is not None and (term.coefficient != 1 or not parts):
        parts.insert(0, brief(term.coefficient))
    return " ".join(parts)


def latex(formula: Formula) -> str:
    """A formula as LaTeX, without dollar signs; terms keep their order."""
    import sympy

    return str(sympy.latex(_expression(formula), order="none"))


def mathml(formula: Formula) -> str:
    """A formula as a MathML element, which browsers and screen readers know."""
    parts = []
    for n, term in enumerate(formula.terms):
        if term.minus or n:
            parts.append(f"<mo>{'−' if term.minus else '+'}</mo>")
        parts += [_term_mathml(term)]
    return f"<math><mrow>{''.join(parts)}</mrow></math>"


def _term_mathml(term: Term) -> str:
    factors = [_symbol_mathml(symbol) for symbol in term.symbols]
    if term.coefficient is not None and (term.coefficient != 1 or not factors):
        factors.insert(0, number_mathml(term.coefficient))
    return "<mo>\u2062</mo>".join(factors)  # the invisible sign of a product


def _symbol_mathml(symbol: Symbol) -> str:
    name = f"<mi>{SIGNS.get(symbol.name, symbol.name)}</mi>"
    if symbol.index is not None:
        name = f"<msub>{name}<mn>{symbol.index}</mn></msub>"
    if symbol.argument is not None:
        argument = SIGNS.get(symbol.argument, symbol.argument)
        name += f"<mo>\u2061</mo><mo>(</mo><mi>{argument}</mi><mo>)</mo>"
    return name


def number_mathml(value: Number) -> str:
    """A number as MathML; what is long or irrational by its first digits."""
    text = brief(value)
    if "/" not in text:
        return f"<mn>{text.replace('..', '…').replace('-', '−')}</mn>"
    over, under = text.removeprefix("-").split("/")
    fraction = f"<mfrac><mn>{over}</mn><mn>{under}</mn></mfrac>"
    return f"<mo>−</mo>{fraction}" if text.startswith("-") else fraction


def fraction_latex(value: Fraction) -> str:
    """A fraction as LaTeX."""
    import sympy

    return str(sympy.latex(sympy.Rational(value.numerator, value.denominator)))


def _expression(formula: Formula) -> sympy.Expr:
    import sympy

    terms = [_product(term) for term in formula.terms]
    return terms[0] if len(terms) == 1 else sympy.Add(*terms, evaluate=False)


def _product(term: Term) -> sympy.Expr:
    import sympy

    factors = [_symbol(symbol) for symbol in term.symbols]
    if term.coefficient is not None and (term.coefficient != 1 or not factors):
        factors.insert(0, _value(term.coefficient, minus=term.minus))
    elif term.minus:
        factors.insert(0, sympy.Integer(-1))
    return factors[0] if len(factors) == 1 else sympy.Mul(*factors, evaluate=False)


def _value(value: Number, *, minus: bool) -> sympy.Expr:
    """A rational for sympy; what is long or irrational as a symbol named by its first digits."""
    import sympy

    if isinstance(value, Fraction) and not is_long(value):
        found = sympy.Rational(value.numerator, value.denominator)
        return -found if minus else found
    shown = sympy.Symbol(brief(value).replace("..", r"\ldots"))
    return sympy.Mul(sympy.Integer(-1), shown, evaluate=False) if minus else shown


def _symbol(symbol: Symbol) -> sympy.Expr:
    import sympy

    if symbol.name == "mixture":
        return sympy.Symbol(rf"{{w \cdot U(\{symbol.argument})}}")
    stem = (
        rf"\mathrm{{{symbol.name}}}"
        if len(symbol.name) > 1 and symbol.name not in SIGNS
        else symbol.name
    )
    name = stem if symbol.index is None else f"{stem}_{symbol.index}"
    if symbol.argument is None:
        return sympy.Symbol(name)
    return sympy.Function(name)(sympy.Symbol(symbol.argument))
