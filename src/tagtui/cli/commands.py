"""The verbs."""

import sys
from typing import IO, Any

import click

from tagtui import __version__
from tagtui.cli.arguments import (
    Given,
    QueryCommand,
    file_option,
    limit_option,
    owner_option,
    query_of,
    query_options,
    screen_options,
)
from tagtui.cli.editing import add, edit, redo, remove, undo
from tagtui.cli.exchange import export_file, import_file, list_formats
from tagtui.cli.opening import open_session
from tagtui.cli.printing import (
    print_bookmarks,
    print_json,
    print_tags,
    say,
)
from tagtui.cli.upkeep import check, list_backups, merge, recover, restore
from tagtui.errors import TagtuiError

# the values of core.order, which is not imported before a verb needs it
ORDERS = ("relevance", "added", "oldest", "modified", "title", "url", "site")
TAG_ORDERS = ("count", "name", "association")


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
def cli(
    ctx: click.Context, file: str | None, owner: str | None, theme: str | None, demo: bool, read_only: bool
) -> None:
    """Pinboard in your terminal, on a file you own.

    Without a command, tagtui opens the library on the screen.  A QUERY is words and #tags, as in
    '#kafka -#storm "exactly once" since:2015'; t:kafka means #kafka.
    """
    ctx.obj = Given(file, owner, theme, demo, read_only)
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


for _command in (
    import_file,
    export_file,
    list_formats,
    add,
    edit,
    remove,
    undo,
    redo,
    check,
    recover,
    list_backups,
    restore,
    merge,
):
    cli.add_command(_command)


# --- what the verbs do


def _browse(given: Given, query: str) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("the screen needs a terminal; to print bookmarks, use: tagtui list")
    from tagtui.config import library_path, load_settings, owner_name, settings_path
    from tagtui.demo import OWNER, demo_library
    from tagtui.recent import remember
    from tagtui.tui.app import run

    settings = load_settings(settings_path())
    if given.demo:
        with demo_library() as path:
            run(path, OWNER, settings, given.theme, query)
        return
    path = library_path(given.file, settings)
    if given.read_only:
        run(path, given.owner or "", settings, given.theme, query, is_read_only=True)
        return
    run(path, owner_name(given.owner, settings), settings, given.theme, query)
    remember(path)
