"""The errors a person can act on.

Each message is one line that names the file, the place and the way out.  They are caught in two places only: the
command line's entry, which prints the line and exits 1, and the TUI's notifier, which shows it.
"""


class TagtuiError(Exception):
    """Something went wrong that the person can mend; ``str(error)`` is the line to show."""


class LibraryFileError(TagtuiError):
    """The library file cannot be opened or written; it has not been touched."""


class ImportFileError(TagtuiError):
    """A file to import cannot be read, or its format is not known."""


class SettingsError(TagtuiError):
    """The settings file cannot be used."""


class HostError(TagtuiError):
    """The clipboard, the browser or another part of the desktop did not do what was asked."""


class PageError(TagtuiError):
    """A page does not tell its details; the line begins with "it" or the like and fits behind the page's address."""
