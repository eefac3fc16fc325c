"""The few errors; each message is one line that says what is wrong, where, and what to do."""

from __future__ import annotations


class HashtaggerError(Exception):
    """Something the user can mend; the command line prints the message and exits with `exit_code`."""

    exit_code = 1


class PostsError(HashtaggerError):
    """A posts file cannot be read, or holds nothing to learn from."""


class PhotoError(HashtaggerError):
    """A photo cannot be read."""


class SidecarError(HashtaggerError):
    """The XMP file beside a photo cannot be read or written."""


class BackboneError(HashtaggerError):
    """The network that turns photos into features cannot be had or run."""


class ModelError(HashtaggerError):
    """A model folder is missing, incomplete, damaged, or lacks what was asked of it."""


class UnknownHashtagError(HashtaggerError):
    """A hashtag that the model has never seen."""


class UsageError(HashtaggerError):
    """An argument that cannot mean anything."""

    exit_code = 2
