"""The command line as `python -m verifier.cli`."""

from verifier.cli import main

if __name__ == "__main__":
    main()
