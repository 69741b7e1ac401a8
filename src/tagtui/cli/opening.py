"""Open the library that the options name, and leave it."""

from typing import TYPE_CHECKING

import click

from tagtui.cli.arguments import Given
from tagtui.cli.printing import say
from tagtui.errors import TagtuiError

if TYPE_CHECKING:
    from pathlib import Path

    from tagtui.session import Session


def library_path_of(given: Given) -> "Path":
    """Return the path of the library that the options, the environment or the settings name."""
    from tagtui.config import library_path, load_settings, settings_path

    if given.demo:
        raise click.UsageError("--demo is for the screen: tagtui --demo")
    if given.read_only:
        raise click.UsageError("--read-only is for the screen: tagtui browse --file FILE --read-only")
    return library_path(given.file, load_settings(settings_path()))


def open_session(given: Given) -> "Session":
    """Return the session of the library; what a person should know of it is said."""
    from tagtui.config import load_settings, owner_name, settings_path
    from tagtui.session import Session

    path = library_path_of(given)
    session = Session(path, owner_name(given.owner, load_settings(settings_path())))
    for warning in session.warnings:
        say(f"tagtui: {session.path}: {warning}")
    return session


def close_session(session: "Session") -> None:
    """Write the library file itself; what cannot be written now is durable all the same."""
    try:
        session.close()
    except TagtuiError as error:
        say(f"tagtui: saved in the journal alone, for now: {error}")
