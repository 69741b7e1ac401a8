"""What the verbs share: options that stand before the verb or after it, and a QUERY whose words may have a dash."""

import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

if TYPE_CHECKING:
    from tagtui.core.query import Query, Tag
    from tagtui.formats.registry import Format

_F = TypeVar("_F", bound=Callable[..., Any])

_EXCLUDED_TAG = re.compile("-(?:t|tag):", re.IGNORECASE)


class Given(NamedTuple):
    """The options that stand before the verb; some verbs take them after it as well, and there they win."""

    file: str | None
    owner: str | None
    theme: str | None
    demo: bool
    read_only: bool

    def overlaid(self, options: dict[str, Any]) -> "Given":
        """Return these options, overlaid by those given after the verb."""
        return self._replace(**{name: value for name, value in options.items() if value})


class QueryCommand(click.Command):
    """A command with a QUERY: a word of it may begin with a dash, as in ``-#storm``, ``-storm`` and ``-is:unread``.

    An argument with one dash is an option only if the command has it: ``-tstorm`` is ``-t storm``, but ``-t:storm`` and
    ``-tag:storm`` are the query's.  One with two dashes always is, so that a mistyped option does not become a word.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options, words = self._told_apart(ctx, args)
        return super().parse_args(ctx, [*options, "--", *words])

    def _told_apart(self, ctx: click.Context, args: Iterable[str]) -> tuple[list[str], list[str]]:
        known = [option for option in self.get_params(ctx) if isinstance(option, click.Option)]
        names = {name for option in known for name in option.opts}
        with_value = {name for option in known if not option.is_flag for name in option.opts}
        options: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                words.extend(rest)
            elif arg in with_value:
                value = [*islice(rest, 1)]
                if not value:
                    raise click.BadOptionUsage(arg, f"Option {arg!r} requires an argument.", ctx)
                options.extend((arg, *value))
            elif arg.startswith("--") or arg in names or (arg[:2] in with_value and not _EXCLUDED_TAG.match(arg)):
                options.append(arg)
            else:
                words.append(arg)
        return options, words


def file_option(command: _F) -> _F:
    """Add ``--file``."""
    return click.option("--file", metavar="PATH", help="The library file.  [env: TAGTUI_FILE]")(command)


def owner_option(command: _F) -> _F:
    """Add ``--owner``."""
    return click.option("--owner", metavar="NAME", help="Whose library a new file is; else the login name.")(command)


def screen_options(command: _F) -> _F:
    """Add ``--theme``, ``--demo`` and ``--read-only``."""
    for option in (
        click.option(
            "--read-only", is_flag=True, help="Only look at --file, which may be a library or anybody's export."
        ),
        click.option(
            "--demo", is_flag=True, help="Browse a sample library: a fresh copy each time, and nothing is kept."
        ),
        click.option("--theme", metavar="NAME", help="The colours of the screen."),
    ):
        command = option(command)
    return command


def query_options(command: _F) -> _F:
    """Add ``-t``, ``--not`` and the words of a query, for :func:`query_of`."""
    for option in (
        click.argument("query", nargs=-1),
        click.option("--not", "excluded", multiple=True, metavar="TAG", help="Leave out this tag; may be repeated."),
        click.option("-t", "--tag", "picked", multiple=True, metavar="TAG", help="Pick this tag; may be repeated."),
    ):
        command = option(command)
    return command


def format_option(command: _F) -> _F:
    """Add ``--format``."""
    return click.option(
        "--format", "chosen", callback=_format_named, metavar="F", help="The file's format; see tagtui formats."
    )(command)


def _format_named(_ctx: click.Context, _option: click.Parameter, name: str | None) -> "Format | None":
    if name is None:
        return None
    from tagtui.formats.registry import formats

    known = {candidate.name: candidate for candidate in formats()}
    if name not in known:
        raise click.BadParameter(f"there is no format {name!r}; those known are {', '.join(known)}")
    return known[name]


def limit_option(command: _F) -> _F:
    """Add ``--limit``."""
    return click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most so many.")(command)


def query_of(picked: Iterable[str], excluded: Iterable[str], words: Iterable[str]) -> "Query":
    """Return the query of a command's tags and words; raises UsageError, naming the place, where it is malformed."""
    from tagtui.core.query import Not, Query, parse

    text = " ".join(words)
    parsed = parse(text)
    if parsed.problems:
        problem = parsed.problems[0]
        part = text[problem.start : problem.end]
        raise click.UsageError(f"in the query, at character {problem.start + 1}, {part!r}: {problem.reason}")
    return Query((*map(_tag, picked), *(Not(_tag(name)) for name in excluded), *parsed.query.terms))


def _tag(name: str) -> "Tag":
    """Return the tag that ``-t NAME`` means: ``#`` before it is the sign, and blanks in it are as on import."""
    from tagtui.core.bookmark import clean_tag
    from tagtui.core.query import Tag

    tag = clean_tag(name)
    if not tag:
        raise click.UsageError(f"a tag's name is missing, in {name!r}")
    return Tag(tag.removeprefix("#") or tag)
