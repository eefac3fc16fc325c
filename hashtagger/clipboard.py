"""Put text where other programs paste from."""

from __future__ import annotations


def copy(text: str) -> str:
    """Put `text` on the clipboard; return "", or why it could not be."""
    import pyperclip

    try:
        pyperclip.copy(text)
        there = pyperclip.paste().split() == text.split()  # it does not look whether its helper failed
    except (pyperclip.PyperclipException, OSError):
        there = False
    return "" if there else "no clipboard can be reached (on Linux: install wl-clipboard, xclip or xsel)"
