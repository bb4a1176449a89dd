"""The theorems of theory.md 2 and 4-7 for readers: statement, proof, and which stories show them."""
