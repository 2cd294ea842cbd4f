"""`python -m multivector`: the same as the command."""

from multivector.cli import main

if __name__ == "__main__":
    main()
