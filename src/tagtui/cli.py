"""The command line: results on stdout, all else on stderr; exit 0 done, 1 failed, 2 usage.

Only click is imported here at once: ``tagtui --version`` answers in the time that Python takes to start, and no verb but
``browse`` ever imports Textual.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tagtui import __version__
from tagtui.errors import ImportFileError, TagtuiError

if TYPE_CHECKING:
    from tagtui.core.bookmark import Bookmark
    from tagtui.core.intake import Report
    from tagtui.core.library import Library
    from tagtui.core.query import Query
    from tagtui.core.view import View
    from tagtui.session import Session

_T = TypeVar("_T")
_F = TypeVar("_F", bound=Callable[..., Any])

ORDERS = ("relevance", "added", "oldest", "modified", "title", "url", "site")
TAG_ORDERS = ("count", "name", "association")


class _Failed(click.ClickException):
    """A TagtuiError as click shows it: one line, exit status 1."""

    def show(self, file: Any = None) -> None:  # noqa: ARG002  -- click's signature
        click.echo(f"tagtui: {self.message}", err=True)


class _Commands(click.Group):
    """The entry: the one place of the command line where errors are caught."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TagtuiError as error:
            raise _Failed(str(error)) from error


def _file_option(command: _F) -> _F:
    return click.option("--file", "file", metavar="PATH", help="The library file.  [env: TAGTUI_FILE]")(command)


def _owner_option(command: _F) -> _F:
    return click.option("--owner", metavar="NAME", help="Whose library a new file is; else the login name.")(command)


def _query_options(command: _F) -> _F:
    for option in (
        click.argument("query", nargs=-1),
        click.option("--not", "excluded", multiple=True, metavar="TAG", help="Leave out this tag; may be repeated."),
        click.option("-t", "--tag", "picked", multiple=True, metavar="TAG", help="Pick this tag; may be repeated."),
    ):
        command = option(command)
    return command


def _format_option(command: _F) -> _F:
    return click.option("--format", "format_name", metavar="F", help="The file's format; see tagtui formats.")(command)


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s", prog_name="tagtui")
@_file_option
@_owner_option
@click.option("--theme", metavar="NAME", help="The colours of the screen.")
@click.option("--demo", is_flag=True, help="Browse a sample library: a fresh copy each time, and nothing is kept.")
@click.pass_context
def cli(ctx: click.Context, file: str | None, owner: str | None, theme: str | None, demo: bool) -> None:
    """Pinboard in your terminal, on a file you own.

    Without a command, tagtui opens the library on the screen.  A QUERY is words and #tags, as in
    '#kafka -#storm "exactly once" since:2015'; t:kafka means #kafka.
    """
    ctx.obj = {"file": file, "owner": owner, "theme": theme, "demo": demo}
    if ctx.invoked_subcommand is None:
        _browse(ctx.obj, "")


@cli.command()
@_query_options
@_file_option
@_owner_option
@click.option("--theme", metavar="NAME", help="The colours of the screen.")
@click.option("--demo", is_flag=True, help="Browse a sample library: a fresh copy each time, and nothing is kept.")
@click.pass_obj
def browse(
    obj: dict[str, Any], picked: tuple[str, ...], excluded: tuple[str, ...], query: tuple[str, ...], **options: Any
) -> None:
    """Open the library on the screen, with a query if one is given."""
    from tagtui.core.query import format_query

    _browse(_with(obj, options), format_query(_query(picked, excluded, query)))


@cli.command("list")
@_query_options
@_file_option
@click.option("--sort", type=click.Choice(ORDERS), default="relevance", show_default=True)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most so many.")
@click.option("--json", "shape", flag_value="json", help="One JSON array.")
@click.option("--jsonl", "shape", flag_value="jsonl", help="One JSON object a line.")
@click.option("--urls", "shape", flag_value="urls", help="The URLs alone.")
@click.pass_obj
def list_bookmarks(
    obj: dict[str, Any],
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

    wanted = _query(picked, excluded, query)
    library = _open(_with(obj, options)).library
    ids = library.search(wanted, Order(sort)).ids[: limit if limit is not None else sys.maxsize]
    _print_bookmarks(library, ids, shape)


@cli.command("tags")
@_query_options
@_file_option
@click.option("--sort", type=click.Choice(TAG_ORDERS), default="count", show_default=True)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array of tag and count.")
@click.pass_obj
def list_tags(
    obj: dict[str, Any],
    picked: tuple[str, ...],
    excluded: tuple[str, ...],
    query: tuple[str, ...],
    sort: str,
    limit: int | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Print the tags on the bookmarks that a query leaves, with their counts there."""
    from tagtui.core.order import TagOrder

    wanted = _query(picked, excluded, query)
    view = _open(_with(obj, options)).library.search(wanted)
    counted = [(view.index.names[key], view.counts[key]) for key in view.related(TagOrder(sort))[:limit]]
    if as_json:
        _print_json([{"tag": tag, "count": count} for tag, count in counted])
        return
    width = max((len(f"{count:,}") for _, count in counted), default=0)
    for tag, count in counted:
        click.echo(f"{count:>{width},}  {tag}")


@cli.command("import")
@click.argument("source", metavar="FILE|-")
@_file_option
@_owner_option
@_format_option
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def import_file(
    obj: dict[str, Any], source: str, format_name: str | None, dry_run: bool, as_json: bool, **options: Any
) -> None:
    """Take in a bookmark file; pages that the library has already are merged.

    A row that cannot be kept is named with its place and the reason.
    """
    from tagtui.core.intake import plan_import
    from tagtui.formats.registry import by_name, detect
    from tagtui.session import utc_now

    session = _open(_with(obj, options))
    file = _read_source(source)
    entries = (by_name(format_name) if format_name else detect(file)).read(file)
    change, report = plan_import(session.library, _progress(entries, "Reading"), utc_now())
    if change.edits and not dry_run:
        session.apply(change)
    _print_report(report, as_json=as_json, done="would be added" if dry_run else "added")


@cli.command("export")
@click.argument("target", metavar="FILE|-")
@_query_options
@_file_option
@_format_option
@click.pass_obj
def export_file(
    obj: dict[str, Any],
    target: str,
    picked: tuple[str, ...],
    excluded: tuple[str, ...],
    query: tuple[str, ...],
    format_name: str | None,
    **options: Any,
) -> None:
    """Write the bookmarks that a query leaves to a file: Pinboard JSON, or Netscape HTML for a name in .html."""
    from tagtui.core.order import Order
    from tagtui.formats.registry import Writing, by_name
    from tagtui.session import write_export

    wanted = _query(picked, excluded, query)
    session = _open(_with(obj, options))
    library = session.library
    is_html = target.lower().endswith((".html", ".htm"))
    chosen = by_name(format_name or ("netscape" if is_html else "pinboard-json"))
    ids = library.search(wanted, Order.ADDED).ids
    bookmarks = _progress((library[id] for id in ids), "Writing", len(ids))
    if target == "-":
        chosen.write(bookmarks, sys.stdout.buffer, Writing(library.owner))
        return
    write_export(session, Path(target), chosen, bookmarks)
    click.echo(f"{len(ids):,} bookmarks written to {target}", err=True)


@cli.command("formats")
def list_formats() -> None:
    """Print the formats that import and export know."""
    from tagtui.formats.registry import formats

    for format in formats():
        click.echo(f"{format.name:<16}{format.label}")


# --- what the commands share


def _with(obj: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Return the options given before the command, overlaid by those given after it."""
    return {**obj, **{name: value for name, value in options.items() if value}}


def _query(picked: Iterable[str], excluded: Iterable[str], words: Iterable[str]) -> "Query":
    """Return the query of the command's words and tags; raises UsageError, naming the place, where it is malformed."""
    from tagtui.core.query import Not, Query, Tag, parse

    text = " ".join(words)
    parsed = parse(text)
    if parsed.problems:
        problem = parsed.problems[0]
        raise click.UsageError(f"in the query, at {text[problem.start : problem.end]!r}: {problem.reason}")
    tags = (*(Tag(name) for name in picked if name), *(Not(Tag(name)) for name in excluded if name))
    return Query((*tags, *parsed.query.terms))


def _open(options: dict[str, Any]) -> "Session":
    from tagtui.config import library_path, load_settings, owner_name, settings_path
    from tagtui.session import Session

    settings = load_settings(settings_path())
    session = Session(library_path(options["file"], settings), owner_name(options["owner"], settings))
    for warning in session.warnings:
        click.echo(f"tagtui: {session.path}: {warning}", err=True)
    return session


def _browse(options: dict[str, Any], query: str) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("the screen needs a terminal; to print bookmarks, use: tagtui list")
    from tagtui.config import library_path, load_settings, owner_name, settings_path
    from tagtui.demo import demo_library
    from tagtui.tui.app import run

    settings = load_settings(settings_path())
    if options["demo"]:
        with demo_library() as path:
            run(path, "ada", settings, options["theme"], query)
        return
    path = library_path(options["file"], settings)
    run(path, owner_name(options["owner"], settings), settings, options["theme"], query)


def _read_source(name: str) -> "Any":
    from tagtui.formats.registry import Source

    if name == "-":
        return Source(sys.stdin.buffer.read(), "standard input")
    try:
        return Source(Path(name).read_bytes(), name)
    except OSError as error:
        raise ImportFileError(f"{name}: cannot be read: {error.strerror}") from error


def _progress(items: Iterable[_T], label: str, length: int | None = None) -> Iterator[_T]:
    """Yield ``items``; on a terminal, show a progress bar once the work has taken a second."""
    from time import monotonic

    iterator = iter(items)
    if not sys.stderr.isatty():
        yield from iterator
        return
    start, passed = monotonic(), 0
    for item in iterator:
        yield item
        passed += 1
        if monotonic() - start > 1:
            break
    with click.progressbar(
        iterator, length=None if length is None else length - passed, label=label, file=sys.stderr, show_pos=True
    ) as bar:
        yield from bar


def _print_json(value: object) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def _as_json(library: "Library", id: int) -> dict[str, Any]:
    """Return the shape of a bookmark in ``--json``: every field, whatever its value."""
    bookmark = library[id]
    return {
        "id": id,
        "url": bookmark.url,
        "title": bookmark.title,
        "annotation": bookmark.annotation,
        "tags": bookmark.tags,
        "added": bookmark.added,
        "modified": bookmark.modified,
        "by": bookmark.by or library.owner,
        "private": bookmark.private,
        "unread": bookmark.unread,
        "extra": bookmark.extra,
    }


def _print_bookmarks(library: "Library", ids: Iterable[int], shape: str | None) -> None:
    if shape == "json":
        _print_json([_as_json(library, id) for id in ids])
        return
    for id in ids:
        if shape == "urls":
            click.echo(library[id].url)
        elif shape == "jsonl":
            import msgspec

            click.echo(msgspec.json.encode(_as_json(library, id)).decode())
        else:
            click.echo(_card(id, library[id]))


def _card(id: int, bookmark: "Bookmark") -> str:
    """Return a bookmark as people read it: title, URL, then date and tags, without the annotation."""
    marks = "".join(f"  {name}" for name in ("private", "unread") if getattr(bookmark, name))
    tags = " ".join(bookmark.tags)
    return f"{id:>6}  {bookmark.heading}\n        {bookmark.url}\n        {bookmark.added:%Y-%m-%d}{marks}  {tags}".rstrip()


def _print_report(report: "Report", *, as_json: bool, done: str) -> None:
    for warning in report.warnings:
        click.echo(f"warning: {warning}", err=True)
    if as_json:
        skipped = [{"where": entry.where, "reason": entry.reason} for entry in report.skipped]
        counts = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
        _print_json({**counts, "skipped": skipped})
        return
    for entry in report.skipped:
        click.echo(f"skipped: {entry.where}: {entry.reason}", err=True)
    click.echo(
        f"{report.added:,} {done}, {report.updated:,} updated, {report.unchanged:,} unchanged, "
        f"{len(report.skipped):,} skipped"
    )


def main() -> None:
    """Run the command line."""
    try:
        cli(prog_name="tagtui")
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
