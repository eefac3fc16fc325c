"""Lets `python -m hashtagger` do what `hashtagger` does."""

from __future__ import annotations

from hashtagger.cli import main

main()
