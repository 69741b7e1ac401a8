"""The verbs that change bookmarks: add, edit, rm, undo, redo."""

import sys
from typing import TYPE_CHECKING, Any

import click

from tagtui.cli.arguments import Given, file_option, limit_option, owner_option
from tagtui.cli.opening import close_session, open_session
from tagtui.cli.printing import as_json, print_json, say
from tagtui.errors import TagtuiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagtui.core.bookmark import Bookmark
    from tagtui.core.changes import Edit
    from tagtui.core.library import Library
    from tagtui.session import Session, Undone


@click.command("add")
@click.argument("url", metavar="URL|-")
@click.option("--title", default="", metavar="TEXT")
@click.option("--note", default="", metavar="TEXT|-", help="The annotation; - reads it from standard input.")
@click.option("--tags", default="", metavar='"A B"', help="Tags, with blanks or commas between them.")
@click.option("--private", is_flag=True)
@click.option("--unread", is_flag=True)
@click.option("--no-fetch", is_flag=True, help="Do not ask the page for the title and description that are not given.")
@click.option("--json", "in_json", is_flag=True, help="Print the bookmarks as JSON.")
@file_option
@owner_option
@click.pass_obj
def add(
    given: Given,
    /,
    url: str,
    title: str,
    note: str,
    tags: str,
    private: bool,
    unread: bool,
    no_fetch: bool,
    in_json: bool,
    **options: Any,
) -> None:
    """Add a page, or all of a list of URLs on standard input, and print the ids.

    A page that is there already is updated: tags are united, the annotation is appended, what else is given counts.  Of
    a single new page, a title and an annotation that are not given are what the page says of itself.
    """
    from tagtui.clock import utc_now
    from tagtui.core.bookmark import Draft, split_tags
    from tagtui.core.changes import Change, Edit
    from tagtui.core.editing import edited
    from tagtui.core.intake import plan_import
    from tagtui.core.text import counted
    from tagtui.core.url import clean_url

    if url == "-" and note == "-":
        raise click.UsageError("standard input is either the list of URLs or the annotation")
    urls = [clean_url(each) for each in (sys.stdin.read().split() if url == "-" else [url])]
    note = sys.stdin.read() if note == "-" else note
    for each in urls:
        _refuse_no_url(each)
    session = open_session(given.overlaid(options))
    if url != "-" and not (no_fetch or title) and session.library.find(urls[0]) is None:
        title, described = _told_by(urls[0])
        note = note or described
    drafts = [
        Draft(each, title=title, annotation=note, tags=split_tags(tags), private=private, unread=unread)
        for each in urls
    ]
    known = {each for each in urls if session.library.find(each) is not None}
    change, report = plan_import(session.library, drafts, utc_now())
    said: dict[str, Any] = {"title": title or None, "private": private or None, "unread": unread or None}
    edits = tuple(
        Edit(it.id, it.before, edited(it.after, utc_now(), **said) if it.before and it.after else it.after)
        for it in _with_unchanged(session.library, urls, change.edits)
    )
    edits = tuple(it for it in edits if it.before != it.after)
    word = "Added" if any(it.before is None for it in edits) else "Added to"
    label = f"{word} {urls[0]}" if len(urls) == 1 else f"{word} {counted(len(edits), 'bookmark')}"
    for warning in report.warnings:
        say(f"warning: {warning.removeprefix(': ')}")
    if edits:
        session.apply(Change(label, edits))
    close_session(session)
    ids = [id for id in map(session.library.find, urls) if id is not None]
    if in_json:
        print_json([as_json(session.library, id) for id in ids])
        return
    for id, each in zip(ids, urls, strict=True):
        click.echo(f"{id}  {'updated' if each in known else 'added'}")


def _with_unchanged(library: "Library", urls: "Sequence[str]", edits: "Sequence[Edit]") -> "Iterator[Edit]":
    """Yield ``edits``, and one that changes nothing yet for each page of ``urls`` that none of them touches."""
    from tagtui.core.changes import Edit

    yield from edits
    ids = {library.find(url) for url in urls} - {edit.id for edit in edits}
    yield from (Edit(id, library[id], library[id]) for id in ids if id is not None)


def _told_by(url: str) -> tuple[str, str]:
    """Return what the page at ``url`` gives as its title and description; why not is said, and no failure."""
    from tagtui.config import load_settings, settings_path
    from tagtui.core.url import scheme

    if scheme(url) not in ("http", "https") or not load_settings(settings_path()).new["fetch"]:
        return "", ""
    import asyncio

    from tagtui.web.page import page_details

    try:
        details = asyncio.run(page_details(url))
    except TagtuiError as error:
        say(f"no details of the page: {error}")
        return "", ""
    return details.title, details.description


def _refuse_no_url(url: str) -> None:
    from tagtui.core.url import MAX_URL, scheme

    if not scheme(url):
        raise click.UsageError(f"{url[:80]!r} is no URL: it has no scheme, such as https:")
    if len(url) > MAX_URL:
        raise click.UsageError(f"a URL of {len(url):,} characters; the limit is {MAX_URL:,}")


@click.command("edit")
@click.argument("id", type=click.IntRange(min=0))
@click.option("--url", metavar="URL")
@click.option("--title", metavar="TEXT")
@click.option("--note", metavar="TEXT|-", help="The whole annotation; - reads it from standard input.")
@click.option("--tags", metavar='"A B"', help="All tags; with + or - before each, those to add and to take away.")
@click.option("--private/--public", default=None)
@click.option("--unread/--read", default=None)
@click.option("--json", "in_json", is_flag=True, help="Print the bookmark as JSON.")
@file_option
@click.pass_obj
def edit(given: Given, /, id: int, in_json: bool, file: str | None, **fields: Any) -> None:
    """Change a bookmark, by its id in tagtui list."""
    from tagtui.clock import utc_now
    from tagtui.core.bookmark import split_tags
    from tagtui.core.changes import Change, Edit
    from tagtui.core.editing import edited, has_sign

    session = open_session(given.overlaid({"file": file}))
    before = _bookmark(session, id)
    wanted = {name: value for name, value in fields.items() if value is not None}
    if wanted.get("url"):
        _refuse_no_url(wanted["url"])
    if len({*map(has_sign, split_tags(wanted.get("tags", "")))}) == 2:
        raise click.UsageError("--tags: give all tags a sign, to add and to take away, or none, for all there are")
    if wanted.get("note") == "-":
        wanted["note"] = sys.stdin.read()
    after = edited(before, utc_now(), **wanted)
    if after != before:
        session.apply(Change(f"Edited {before.heading}", (Edit(id, before, after),)))
    close_session(session)
    if in_json:
        print_json(as_json(session.library, id))
    else:
        click.echo(f"{id}  {'edited' if after != before else 'unchanged'}")


@click.command("rm")
@click.argument("ids", type=click.IntRange(min=0), nargs=-1, required=True, metavar="ID...")
@click.option("--json", "in_json", is_flag=True, help="Print the bookmarks that were, as JSON.")
@file_option
@click.pass_obj
def remove(given: Given, /, ids: "Sequence[int]", in_json: bool, **options: Any) -> None:
    """Delete bookmarks, by their ids in tagtui list; tagtui undo brings them back."""
    from tagtui.core.changes import Change, Edit
    from tagtui.core.text import counted

    session = open_session(given.overlaid(options))
    unique = list(dict.fromkeys(ids))
    edits = tuple(Edit(id, _bookmark(session, id), None) for id in unique)
    gone = [as_json(session.library, id) for id in unique] if in_json else []
    session.apply(Change(f"Deleted {counted(len(edits), 'bookmark')}", edits))
    close_session(session)
    if in_json:
        print_json(gone)
    else:
        click.echo(
            f"deleted {counted(len(edits), 'bookmark')}; tagtui undo brings {'it' if len(edits) == 1 else 'them'} back"
        )


def _bookmark(session: "Session", id: int) -> "Bookmark":
    library: Library = session.library
    if id not in library:
        raise TagtuiError(f"{session.path}: there is no bookmark {id}; tagtui list shows the ids")
    return library[id]


@click.command("undo")
@click.option("--list", "is_list", is_flag=True, help="Only print what can be undone, the last first.")
@limit_option
@file_option
@click.pass_obj
def undo(given: Given, /, is_list: bool, limit: int | None, **options: Any) -> None:
    """Take back the last change, whoever made it: the screen or a command."""
    session = open_session(given.overlaid(options))
    if is_list:
        done, _ = session.history()
        for made in done[::-1][:limit]:
            click.echo(f"{made.at:%Y-%m-%d %H:%M:%S} UTC  {made.label}")
        return
    _say_undone(session.undo(), "undone")
    close_session(session)


@click.command("redo")
@file_option
@click.pass_obj
def redo(given: Given, /, **options: Any) -> None:
    """Do again what was undone last."""
    session = open_session(given.overlaid(options))
    _say_undone(session.redo(), "done again")
    close_session(session)


def _say_undone(undone: "Undone", word: str) -> None:
    from tagtui.core.text import counted

    if not undone.label:
        raise TagtuiError(f"there is nothing that could be {word}")
    click.echo(f"{word}: {undone.label}")
    if undone.left:
        say(f"{counted(undone.left, 'bookmark')} changed since, and left alone")
