"""How a narrative is shown: terminal, Markdown, HTML."""
