"""The verbs that take bookmarks in and give them out: import, export, formats."""

import gc
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from tagtui.cli.arguments import (
    Given,
    QueryCommand,
    file_option,
    format_option,
    owner_option,
    query_of,
    query_options,
)
from tagtui.cli.opening import close_session, open_session
from tagtui.cli.printing import print_report, print_report_as_json, say
from tagtui.cli.progress import with_progress
from tagtui.errors import ImportFileError, TagtuiError

if TYPE_CHECKING:
    from tagtui.core.changes import Change
    from tagtui.core.intake import Report
    from tagtui.formats.registry import Format, Source
    from tagtui.session import Session

_PLAIN_EXPORT = "pinboard-json"  # for standard output, and a name without an end


@click.command("import")
@click.argument("source", metavar="FILE|-", required=False)
@file_option
@owner_option
@format_option
@click.option(
    "--folders-as-tags/--no-folders-as-tags",
    "folders",
    default=None,
    help="Make the file's folders tags; else only where it has no tags.",
)
@click.option("--browsers", is_flag=True, help="Show the browsers of this machine, and ask which to take in.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def import_file(
    given: Given,
    /,
    source: str | None,
    chosen: "Format | None",
    browsers: bool,
    folders: bool | None,
    dry_run: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Take in a bookmark file.

    Pages that the library has already are merged.  A row that cannot be kept is named with its place and the reason.
    """
    if (source is None) != browsers:
        raise click.UsageError("name one file to take in, - for standard input, or --browsers")
    if browsers and as_json:
        raise click.UsageError("--browsers asks, and prints a report for each; --json is for one file")
    gc.disable()  # a short-lived process that makes objects by the million, and no garbage
    for name in [source] if source is not None else _chosen_browsers():
        session = open_session(given.overlaid(options))
        change, report = _plan_import(session, _read_source(name, folders), chosen)
        for warning in report.warnings:
            say(f"warning: {warning}")
        if change.edits and not dry_run:
            session.save(change)
            close_session(session)
        if as_json:
            print_report_as_json(report)
        else:
            print_report(report, "would be added" if dry_run else "added")


@click.command("export", cls=QueryCommand)
@click.argument("target", metavar="FILE|-")
@query_options
@file_option
@format_option
@click.pass_obj
def export_file(
    given: Given,
    /,
    target: str,
    picked: tuple[str, ...],
    excluded: tuple[str, ...],
    query: tuple[str, ...],
    chosen: "Format | None",
    **options: Any,
) -> None:
    """Write the bookmarks that a query leaves to a file.

    Its name tells the format: Netscape HTML for .html, Pinboard JSON for .json and for -, which is standard output;
    tagtui formats lists all.
    """
    from pathlib import Path

    from tagtui.core.order import Order
    from tagtui.export import write_export, written
    from tagtui.formats.registry import Writing

    wanted = query_of(picked, excluded, query)
    chosen = chosen or _format_for(target)
    if chosen.write is None:
        raise click.UsageError(f"{chosen.label} can be read only; tagtui formats lists what can be written")
    session = open_session(given.overlaid(options))
    library = session.library
    bookmarks = [library[id] for id in library.search(wanted, Order.ADDED).ids]
    shown = with_progress(bookmarks, "Writing", len(bookmarks))
    if target == "-":
        chosen.write(shown, sys.stdout.buffer, Writing(library.owner))
        return
    if not bookmarks and len(library) and os.path.lexists(target):
        raise TagtuiError(f"{target}: left as it is: no bookmark has all of this")
    write_export(session.path, library.owner, Path(target), chosen, shown)
    say(written(bookmarks, Path(target)))


@click.command("formats")
def list_formats() -> None:
    """Print the formats that import and export know, and the names of files that an export takes for each."""
    from tagtui.formats.registry import formats

    for known in formats():
        does = "import" if known.write is None else "export" if known.read is None else "both"
        ends = " ".join(f".{suffix}" for suffix in known.suffixes)
        click.echo(f"{known.name:<16}{does:<8}{known.label}{f'  ({ends})' if ends else ''}")


def _plan_import(session: "Session", source: "Source", chosen: "Format | None") -> "tuple[Change, Report]":
    from tagtui.clock import utc_now
    from tagtui.core.intake import plan_import
    from tagtui.formats.registry import read

    return plan_import(session.library, with_progress(read(source, chosen), "Reading"), utc_now())


def _read_source(name: str, folders: bool | None) -> "Source":
    from pathlib import Path

    from tagtui.formats.registry import Source

    if name == "-":
        return Source(sys.stdin.buffer.read(), "standard input", None, folders)
    return Source.at(Path(name), folders)


def _chosen_browsers() -> list[str]:
    """Return the stores of the browsers that the person chooses among those found; raises ImportFileError for none."""
    from tagtui.config import home_folder
    from tagtui.formats.browsers import found_profiles

    found = found_profiles(home_folder(), os.environ, sys.platform)
    if not found:
        raise ImportFileError(
            "no browser with bookmarks was found here; export a file from the browser and import that"
        )
    for number, profile in enumerate(found, 1):
        say(f"{number:>3}  {profile.browser}, {profile.profile}  {profile.path}")
    if not _is_asked():
        raise click.UsageError("which of these is asked on a terminal; without one: tagtui import PATH")
    answer = click.prompt("Take in which (numbers, or all)", default="all", err=True)
    if answer == "all":
        return [str(profile.path) for profile in found]
    try:
        return [str(found[int(number) - 1].path) for number in answer.replace(",", " ").split() if int(number) > 0]
    except (ValueError, IndexError) as error:
        raise click.UsageError(f"{answer!r}: give numbers from 1 to {len(found)}, or all") from error


def _is_asked() -> bool:
    """Tell whether there is somebody to answer a question."""
    return sys.stdin.isatty()


def _format_for(target: str) -> "Format":
    """Return the format that the target's name asks for; raises UsageError where it asks for none that is known."""
    from pathlib import PurePath

    from tagtui.formats.registry import by_name, by_suffix, writable

    suffix = PurePath(target).suffix.lower().removeprefix(".")
    found = by_suffix(suffix) if suffix else by_name(_PLAIN_EXPORT)
    if found:
        return found
    known = ", ".join(candidate.name for candidate in writable())
    raise click.UsageError(f"no format goes with a name in .{suffix}; name one with --format ({known})")
