"""Lets `python -m hashtagger` do what `hashtagger` does."""

from hashtagger.cli import main

main()
