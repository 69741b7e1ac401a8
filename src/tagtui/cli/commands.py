"""The verbs."""

import gc
import sys
from typing import IO, TYPE_CHECKING, Any

import click

from tagtui import __version__
from tagtui.cli.arguments import (
    Given,
    QueryCommand,
    file_option,
    format_option,
    limit_option,
    owner_option,
    query_of,
    query_options,
    screen_options,
)
from tagtui.cli.editing import add, edit, redo, remove, undo
from tagtui.cli.opening import close_session, open_session
from tagtui.cli.printing import (
    print_bookmarks,
    print_json,
    print_report,
    print_report_as_json,
    print_tags,
    say,
)
from tagtui.cli.progress import with_progress
from tagtui.cli.upkeep import check, list_backups, merge, recover, restore
from tagtui.errors import ImportFileError, TagtuiError

if TYPE_CHECKING:
    from tagtui.core.changes import Change
    from tagtui.core.intake import Report
    from tagtui.formats.registry import Format, Source
    from tagtui.session import Session

# the values of core.order, which is not imported before a verb needs it
ORDERS = ("relevance", "added", "oldest", "modified", "title", "url", "site")
TAG_ORDERS = ("count", "name", "association")

_PLAIN_EXPORT = "pinboard-json"  # for standard output, and a name without an end


class _Failed(click.ClickException):
    """A TagtuiError as click shows it: one line, exit status 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        say(f"tagtui: {self.message}")


class _Commands(click.Group):
    """The entry: the one place of the command line where errors are caught."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TagtuiError as error:
            raise _Failed(str(error)) from error


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s", prog_name="tagtui")
@file_option
@owner_option
@screen_options
@click.pass_context
def cli(ctx: click.Context, file: str | None, owner: str | None, theme: str | None, demo: bool) -> None:
    """Pinboard in your terminal, on a file you own.

    Without a command, tagtui opens the library on the screen.  A QUERY is words and #tags, as in
    '#kafka -#storm "exactly once" since:2015'; t:kafka means #kafka.
    """
    ctx.obj = Given(file, owner, theme, demo)
    if ctx.invoked_subcommand is None:
        _browse(ctx.obj, "")


@cli.command(cls=QueryCommand)
@query_options
@file_option
@owner_option
@screen_options
@click.pass_obj
def browse(
    given: Given, /, picked: tuple[str, ...], excluded: tuple[str, ...], query: tuple[str, ...], **options: Any
) -> None:
    """Open the library on the screen, with a query if one is given."""
    from tagtui.core.query import format_query

    _browse(given.overlaid(options), format_query(query_of(picked, excluded, query)))


@cli.command("list", cls=QueryCommand)
@query_options
@file_option
@click.option("--sort", type=click.Choice(ORDERS), default="relevance", show_default=True)
@limit_option
@click.option("--json", "shape", flag_value="json", help="One JSON array.")
@click.option("--jsonl", "shape", flag_value="jsonl", help="One JSON object a line.")
@click.option("--urls", "shape", flag_value="urls", help="The URLs alone.")
@click.pass_obj
def list_bookmarks(
    given: Given,
    /,
    picked: tuple[str, ...],
    excluded: tuple[str, ...],
    query: tuple[str, ...],
    sort: str,
    limit: int | None,
    shape: str | None,
    **options: Any,
) -> None:
    """Print the bookmarks that a query leaves."""
    from tagtui.core.order import Order

    wanted = query_of(picked, excluded, query)
    library = open_session(given.overlaid(options)).library
    print_bookmarks(library, library.search(wanted, Order(sort)).ids[:limit], shape)


@cli.command("tags", cls=QueryCommand)
@query_options
@file_option
@click.option("--sort", type=click.Choice(TAG_ORDERS), default="count", show_default=True)
@limit_option
@click.option("--json", "as_json", is_flag=True, help="One JSON array of tag and count.")
@click.pass_obj
def list_tags(
    given: Given,
    /,
    picked: tuple[str, ...],
    excluded: tuple[str, ...],
    query: tuple[str, ...],
    sort: str,
    limit: int | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Print the tags of what a query leaves, with counts."""
    from tagtui.core.order import TagOrder

    wanted = query_of(picked, excluded, query)
    library = open_session(given.overlaid(options)).library
    view = library.search(wanted)
    counted = [(view.names[key], view.counts[key]) for key in view.related(TagOrder(sort))[:limit]]
    if as_json:
        print_json([{"tag": tag, "count": count} for tag, count in counted])
    else:
        print_tags(counted)


@cli.command("import")
@click.argument("source", metavar="FILE|-")
@file_option
@owner_option
@format_option
@click.option(
    "--folders-as-tags/--no-folders-as-tags",
    "folders",
    default=None,
    help="Make the file's folders tags; else only where it has no tags.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def import_file(
    given: Given,
    /,
    source: str,
    chosen: "Format | None",
    folders: bool | None,
    dry_run: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Take in a bookmark file.

    Pages that the library has already are merged.  A row that cannot be kept is named with its place and the reason.
    """
    gc.disable()  # a short-lived process that makes objects by the million, and no garbage
    session = open_session(given.overlaid(options))
    change, report = _plan_import(session, _read_source(source, folders), chosen)
    for warning in report.warnings:
        say(f"warning: {warning}")
    if change.edits and not dry_run:
        session.save(change)
        close_session(session)
    if as_json:
        print_report_as_json(report)
    else:
        print_report(report, "would be added" if dry_run else "added")


@cli.command("export", cls=QueryCommand)
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

    As Netscape HTML for a name in .html, as Pinboard JSON for one in .json and for -, which is standard output.
    """
    from pathlib import Path

    from tagtui.core.order import Order
    from tagtui.export import write_export
    from tagtui.formats.registry import Writing

    wanted = query_of(picked, excluded, query)
    chosen = chosen or _format_for(target)
    if chosen.write is None:
        raise click.UsageError(f"{chosen.label} can be read only; tagtui formats lists what can be written")
    session = open_session(given.overlaid(options))
    library = session.library
    ids = library.search(wanted, Order.ADDED).ids
    bookmarks = with_progress((library[id] for id in ids), "Writing", len(ids))
    if target == "-":
        chosen.write(bookmarks, sys.stdout.buffer, Writing(library.owner))
        return
    write_export(session, Path(target), chosen, bookmarks)
    say(f"{len(ids):,} bookmarks written to {target}")


@cli.command("formats")
def list_formats() -> None:
    """Print the formats that import and export know."""
    from tagtui.formats.registry import formats

    for known in formats():
        click.echo(f"{known.name:<16}{known.label}")


for _command in (add, edit, remove, undo, redo, check, recover, list_backups, restore, merge):
    cli.add_command(_command)


# --- what the verbs do


def _browse(given: Given, query: str) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("the screen needs a terminal; to print bookmarks, use: tagtui list")
    from tagtui.config import library_path, load_settings, owner_name, settings_path
    from tagtui.demo import OWNER, demo_library
    from tagtui.tui.app import run

    settings = load_settings(settings_path())
    if given.demo:
        with demo_library() as path:
            run(path, OWNER, settings, given.theme, query)
        return
    path = library_path(given.file, settings)
    run(path, owner_name(given.owner, settings), settings, given.theme, query)


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
    path = Path(name)
    try:
        return Source(path.read_bytes(), name, path, folders)
    except OSError as error:
        raise ImportFileError(f"{name}: cannot be read: {error.strerror}") from error


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
