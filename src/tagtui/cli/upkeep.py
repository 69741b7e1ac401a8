"""The verbs that look after a library: check, recover, backups, restore, merge."""

from typing import TYPE_CHECKING, Any

import click

from tagtui.cli.arguments import Given, file_option
from tagtui.cli.opening import close_session, library_path_of, open_session
from tagtui.cli.printing import say
from tagtui.errors import LibraryFileError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tagtui.core.changes import Delta
    from tagtui.store.backups import Backup
    from tagtui.store.journal import Net

_SHOWN = 20  # bookmarks that recover names


@click.command("check")
@file_option
@click.option("--repair", is_flag=True, help="Copy the file to the backups, then mend what can be mended.")
@click.pass_context
def check(ctx: click.Context, /, repair: bool, **options: Any) -> None:
    """Look over the file, its journal, the index and the duplicates.

    Exits 1 if something is wrong.  Nothing is changed without --repair.
    """
    from tagtui.store.checking import examine

    given = ctx.obj.overlaid(options)
    path = library_path_of(given)
    if repair:
        _repair(given, path)
    findings = list(examine(path))
    for finding in findings:
        click.echo(("! " if finding.is_damage else "  ") + finding.text)
    if any(finding.is_damage for finding in findings):
        ctx.exit(1)
    session = open_session(given)
    wrong = session.library.index.miscounted()
    for tag in wrong:
        click.echo(f"! the index counts #{tag} wrongly")
    for ids in session.library.duplicates():
        click.echo(f"  the same page: {', '.join(map(str, ids))}: {session.library[ids[0]].url}")
    if wrong:
        ctx.exit(1)


def _repair(given: Given, path: "Path") -> None:
    from tagtui.clock import utc_now
    from tagtui.store.backups import back_up
    from tagtui.store.state import StateFolder

    session = open_session(given)  # merges the journals that belong to other contents
    state = StateFolder.of(path)
    if path.exists():
        state.create()
        back_up(state.backups, path, utc_now(), is_due=True)
    session.fold()
    close_session(session)


@click.command("recover")
@file_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def recover(given: Given, /, yes: bool, **options: Any) -> None:
    """Bring back the changes of a damaged journal, or of a library that was moved.

    Shows what they are, and asks, before anything is done.
    """
    from tagtui.core.text import counted
    from tagtui.store.checking import strays
    from tagtui.store.journal import net

    given = given.overlaid(options)
    found = strays(library_path_of(given))
    if not found:
        click.echo("nothing to recover")
        return
    session = open_session(given)
    for stray in found:
        changes = net(stray.transactions)
        click.echo(f"{stray.path}: {counted(len(changes), 'change')}")
        for line in _named(changes):
            click.echo(f"  {line}")
        if not (yes or click.confirm("Merge them into the library?")):
            continue
        _say_delta(session.replay(f"Recovered {counted(len(changes), 'change')}", changes), "recovered")
        stray.path.rename(stray.path.with_suffix(".recovered"))
    close_session(session)


def _named(changes: "Net") -> "Iterable[str]":
    from tagtui.core.text import clean_line

    for (_, id), (old, new) in list(changes.items())[:_SHOWN]:
        what = "delete" if new is None else "add" if old is None else "change"
        document = new or old or {}
        yield clean_line(f"{what} {id}: {document.get('title') or document.get('url', '')}")
    if len(changes) > _SHOWN:
        yield f"and {len(changes) - _SHOWN:,} more"


@click.command("backups")
@file_option
@click.pass_obj
def list_backups(given: Given, /, **options: Any) -> None:
    """Print the backups, the newest first."""
    found = _backups(library_path_of(given.overlaid(options)))
    for number, backup in enumerate(found, 1):
        click.echo(f"{number:>3}  {backup.taken:%Y-%m-%d %H:%M:%S} UTC  {backup.path}")
    if not found:
        say("no backups yet: the first is taken before the first change of a day")


@click.command("restore")
@click.argument("number", type=click.IntRange(min=1), metavar="NUMBER")
@file_option
@click.pass_obj
def restore(given: Given, /, number: int, **options: Any) -> None:
    """Bring back a backup, by its number in tagtui backups, as one change."""
    from tagtui.store.replacement import replace_file

    given = given.overlaid(options)
    path = library_path_of(given)
    found = _backups(path)
    if number > len(found):
        raise click.UsageError(f"there is no backup {number}; tagtui backups lists {len(found)}")
    backup = found[number - 1]
    content = backup.content()
    if not path.exists() or not path.stat().st_size:
        replace_file(
            path, lambda file: file.write(content)
        )  # its journal, if there is one, is merged in when it is read
        close_session(open_session(given))
        click.echo(f"restored the backup of {backup.taken:%Y-%m-%d %H:%M:%S} UTC")
        return
    session = open_session(given)
    delta = session.restore(content, f"Restored the backup of {backup.taken:%Y-%m-%d %H:%M:%S} UTC")
    close_session(session)
    _say_delta(delta, "restored")


def _backups(path: "Path") -> "list[Backup]":
    from tagtui.store.backups import backups
    from tagtui.store.state import StateFolder

    return backups(StateFolder.of(path).backups)


@click.command("merge")
@click.argument("source", metavar="FILE", required=False)
@click.option("--base", metavar="O", help="As a git merge driver: the common ancestor.")
@click.option("--ours", metavar="A", help="Our version, which the result replaces.")
@click.option("--theirs", metavar="B", help="Their version.")
@file_option
@click.pass_obj
def merge(
    given: Given, /, source: str | None, base: str | None, ours: str | None, theirs: str | None, **options: Any
) -> None:
    """Take in another version of the library, such as a sync tool's conflict copy.

    What both changed in different ways stays in both versions, with a tag such as conflict:title.  With --base, --ours
    and --theirs it merges three files, as git wants it of a merge driver.
    """
    from pathlib import Path

    from tagtui.store.reading import read_file

    if base and ours and theirs and not source:
        _merge_three(Path(base), Path(ours), Path(theirs))
        return
    if source is None or base or ours or theirs:
        raise click.UsageError("give FILE, or all of --base, --ours and --theirs")
    other = Path(source)
    if not other.exists():
        raise LibraryFileError(f"{other}: no such file; name the copy that is to be merged in")
    session = open_session(given.overlaid(options))
    delta = session.merge(other, read_file(other))
    close_session(session)
    _say_delta(delta, "merged")


def _merge_three(base: "Path", ours: "Path", theirs: "Path") -> None:
    """Let ``ours`` be what comes of both branches."""
    from tagtui.store.folding import rendered
    from tagtui.store.merging import replay
    from tagtui.store.reading import parse_library, read_file
    from tagtui.store.replacement import replace_file
    from tagtui.store.tables import RawTables

    contents = {path: read_file(path) for path in (base, ours, theirs)}
    for path, content in contents.items():
        parse_library(path, content)  # refuses what is no library
    before, here, there = (RawTables(path, content) for path, content in contents.items())
    merged = {edit.key: (edit.old, edit.new) for edit in replay(here.changes_since(before), there)}
    replace_file(ours, lambda file: file.writelines(rendered(there, merged)))


def _say_delta(delta: "Delta", done: str) -> None:
    counts = (("added", delta.added), ("changed", delta.changed), ("removed", delta.removed))
    told = ", ".join(f"{len(ids):,} {name}" for name, ids in counts if ids)
    click.echo(f"{done}: {told or 'nothing new'}")
