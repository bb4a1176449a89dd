"""Stories as LaTeX: an article that needs amsmath, and TikZ where it has pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from verifier.explain.document import (
    Chain,
    Fold,
    Formula,
    Listing,
    Narrative,
    Paragraph,
    Reference,
    Table,
)
from verifier.explain.render.base import Renderer
from verifier.explain.render.formula import LATEX_RELATIONS, fraction_latex, latex
from verifier.explain.tex import tex
from verifier.numbers import brief, decimal

PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath}
\usepackage{tikz}
\allowdisplaybreaks
\renewcommand{\arraystretch}{1.4}
\renewcommand{\labelitemi}{$\bullet$}
\sloppy
\newsavebox{\storybox}
\newcommand{\fitted}[1]{\sbox{\storybox}{#1}\ifdim\wd\storybox>\linewidth
  \resizebox{\linewidth}{!}{\usebox{\storybox}}\else\usebox{\storybox}\fi}
\begin{document}
"""
"""What a document begins with; wide tables and pictures are made as narrow as the text."""


def document(stories: Sequence[tuple[Narrative, Mapping[str, Sequence[str]]]]) -> str:
    """The stories of one game as one document; pictures are TikZ, by section."""
    title = "".join(tex(narrative.title) for narrative, _ in stories[:1])
    bodies = "\n".join(story(narrative, pictures) for narrative, pictures in stories)
    head = f"\\title{{{title}}}\n\\author{{}}\n\\date{{}}\n\\maketitle\n"
    return f"{PREAMBLE}{head}{bodies}\\end{{document}}\n"


def story(narrative: Narrative, pictures: Mapping[str, Sequence[str]]) -> str:
    """One story as a section of a document, whose preamble is `PREAMBLE`."""
    renderer = _Tex()
    lines = [
        rf"\section*{{{tex(narrative.guarantee)}: {tex(narrative.verdict)}}}",
        renderer.sentence(narrative.summary),
    ]
    for section in narrative.sections:
        lines += ["", rf"\subsection*{{{tex(section.title)}}}"]
        for block in section.blocks:
            lines += ["", *renderer.block(block)]
        for drawn in pictures.get(section.name, ()):
            lines += ["", r"\begin{center}", rf"\fitted{{{drawn}}}", r"\end{center}"]
    if renderer.long:
        items = (rf"\item {tex(brief(v))} is \texttt{{{_broken(v)}}}" for v in renderer.long)
        lines += ["", r"\subsection*{Numbers in full}", r"\begin{itemize}\raggedright"]
        lines += [*items, r"\end{itemize}"]
    return "\n".join(lines) + "\n"


def _broken(value: Fraction) -> str:
    """A long fraction that may be broken after every tenth digit."""
    text = str(value).replace("-", "-{}")
    return r"\allowbreak ".join(text[n : n + 10] for n in range(0, len(text), 10))


class _Tex(Renderer):
    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        yield self.sentence(paragraph.text)

    def listing(self, listing: Listing) -> Iterator[str]:
        if listing.items:
            yield r"\begin{itemize}"
            yield from (rf"\item {{}}{self.sentence(item)}" for item in listing.items)
            yield r"\end{itemize}"

    def table(self, table: Table) -> Iterator[str]:
        yield r"\begin{center}"
        yield rf"\emph{{{self.plain(table.caption)}}}\\[4pt]"
        yield rf"\fitted{{\begin{{tabular}}{{{'l' * len(table.header)}}}\hline"
        yield rf"{' & '.join(map(self.plain, table.header))} \\ \hline"
        for row in table.rows:
            yield rf"{' & '.join(self.sentence(cell) for cell in row)} \\"
        yield r"\hline\end{tabular}}"
        yield r"\end{center}"

    def chain(self, chain: Chain) -> Iterator[str]:
        rows = []
        for n, step in enumerate(chain.steps, start=1):
            left = latex(chain.start) if n == 1 else ""
            right = self.formula(step.formula)
            rows.append(rf"{left} &{LATEX_RELATIONS[step.relation]} {right} && ({n})")
        yield r"\begin{align*}"
        yield " \\\\\n".join(rows)
        yield r"\end{align*}"
        yield r"\begin{enumerate}"
        for step in chain.steps:
            value = "" if step.value is None else f" It comes to {self.number(step.value)}."
            source = rf"\emph{{({self.inline(step.source)}; {step.authority})}}"
            yield rf"\item {{}}{self.sentence(step.reason)}.{value} {source}"
        yield r"\end{enumerate}"

    def fold(self, fold: Fold) -> Iterator[str]:
        yield rf"\paragraph{{{self.plain(fold.title)}}}"
        for block in fold.blocks:
            yield ""
            yield from self.block(block)

    def words(self, words: str) -> str:
        return tex(words)

    def reference(self, reference: Reference) -> str:
        return tex(str(reference))

    def typeset(self, formula: Formula) -> str:
        return latex(formula)

    def inline_formula(self, formula: Formula) -> str:
        return f"${self.formula(formula)}$"

    def fraction(self, value: Fraction) -> str:
        if value.denominator == 1:
            return f"${value}$"
        rounded = decimal(value)
        more = "" if Fraction(rounded) == value else r"\ldots"
        return f"${fraction_latex(value)}$ (${rounded}{more}$)"

    def shortened(self, value: Fraction, place: int) -> str:
        return tex(brief(value))

    def by_digits(self, lower: Fraction, nature: str) -> str:
        return rf"${decimal(lower)}\ldots$ ({tex(nature)})"
