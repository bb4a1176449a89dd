"""A second checker of certificates, written by a stranger from proofs/FORMAT.md alone.

Its author had that page and the two that it links to, and had not seen the kernel. It uses other
algorithms on purpose: her best responses are found by listing her plans where they are few, TEAM by
the values that rules can give to each of her observations, delta by colouring graphs, powers by an
alternating series in integers. What both programs accept, with the same line, does not rest on a
slip in one of them.

Cells of parameters were added later from the same page, by somebody who knew how this project finds
them, but not how the kernel checks them.

Whoever changes the kernel must not change this program, except where FORMAT.md changes; and then by
reading FORMAT.md, never by looking into the kernel.

    python -m tests.second_checker CERTIFICATE INSTANCE [--guarantee NAME] [--verdict NAME] ...
"""
