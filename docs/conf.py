"""The documentation as a site: `sphinx-build -W -q -b html docs build/docs`.

Pages are Markdown, with formulas in LaTeX that become MathML. What can be generated from the code
(the command line, the Python interface, the kernel) is generated. Built pages load nothing from
elsewhere; `python -m tests.self_contained build/docs` looks.
"""

import re
import sys
from importlib import import_module
from pathlib import Path

from docutils.nodes import SkipNode, document, math, math_block
from latex2mathml.converter import convert
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

sys.path.insert(0, str(Path(__file__).parent))

project = "Emergent alignment, verified"
author = "the authors"
copyright = "Apache 2.0"  # noqa: A001  the name that Sphinx asks for
nitpicky = True
nitpick_ignore_regex = [
    (
        "py:.*",
        r"(dict\[)?~?(decimal|fractions|os|pathlib|collections|enum|typing|subprocess|numpy)\..*",
    ),
    ("py:.*", r"verifier\.(rng|frozen|certified)\.T"),
    ("py:.*", r"(layers\.)?Array"),
]
"""The standard library and numpy: their pages are elsewhere, and nothing is fetched to link to
them. And type variables, and an array of numpy.
"""
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_click", "rocq"]

html_math_renderer = "mathml"

myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True

html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
highlight_language = "none"

ANCHOR = re.compile(r'^<a id="([\w-]+)"></a>$', re.MULTILINE)
LITERAL = re.compile(r"(`[^`]+`)")
DISPLAYED = re.compile(r"((?:^ {4}.*\n?)+)", re.MULTILINE)
MARKUP = re.compile(r"([*_|\\])")


def plain(line: str) -> str:
    """A docstring's line as reStructuredText that shows the same:

    `code` as code, and no other character as markup.
    """
    parts = LITERAL.split(line)
    return "".join(
        f"`{part}`" if LITERAL.fullmatch(part) else MARKUP.sub(r"\\\1", part) for part in parts
    )


def plain_docstring(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Our docstrings are plain English with code between backticks; examples after >>> and indented
    lines stay as they are.
    """
    for number, line in enumerate(lines):
        if not line.startswith((" ", ">>>", "...")):
            lines[number] = plain(line)
    parts = DISPLAYED.split("\n".join(lines))
    lines[:] = "".join(
        f"\n::\n\n{part}\n" if n % 2 else part for n, part in enumerate(parts)
    ).split("\n")


def plain_help(app: Sphinx, context: object, lines: list[str]) -> None:
    """The same for what a command says of itself."""
    lines[:] = map(plain, lines)


def anchors(app: Sphinx, name: str, source: list[str]) -> None:
    """Anchors are written as HTML, which GitHub understands; here they become MyST's targets."""
    source[0] = ANCHOR.sub(r"(\1)=", source[0])


def inline_formula(page: HTML5Translator, node: math) -> None:
    """A formula in a sentence as MathML."""
    page.body.append(convert(node.astext()))
    raise SkipNode


def displayed_formula(page: HTML5Translator, node: math_block) -> None:
    """A formula on a line of its own as MathML."""
    page.body.append(convert(node.astext(), display="block"))
    raise SkipNode


def own_rules(app: Sphinx, page: document) -> None:
    """The kernel has rules of its own, apart from the verifier's: its functions link to those."""
    for link in page.findall(pending_xref):
        if link["reftarget"] == "Rule" and str(link.get("py:module")).startswith("verifier.kernel"):
            link["reftarget"], link["refspecific"] = "verifier.kernel.core.rule.Rule", False


FOR_ANNOTATIONS = {
    "verifier.theory.bounds.outcome_program": "verifier.theory.bounds.rare_remarks.RemarkBound",
    "verifier.theory.equilibria.equilibrium": "verifier.theory.equilibria.best_ai.BestAIValues",
    "verifier.theory.judgements.conversation": (
        "verifier.theory.judgements.history_bound.HistoryBound"
    ),
}
"""A type that a module imports for annotations only; signatures are read with it here."""


def types_of_annotations(_: Sphinx) -> None:
    """What modules name in annotations only is there when their signatures are read."""
    for module, name in FOR_ANNOTATIONS.items():
        home, word = name.rsplit(".", 1)
        setattr(import_module(module), word, getattr(import_module(home), word))


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", types_of_annotations)
    app.add_html_math_renderer("mathml", (inline_formula, None), (displayed_formula, None))
    app.connect("source-read", anchors)
    app.connect("doctree-read", own_rules)
    app.connect("autodoc-process-docstring", plain_docstring)
    for part in ("description", "epilog"):
        app.connect(f"sphinx-click-process-{part}", plain_help)
