"""Damage to files, as fuzzers do it: bytes flipped, pieces put in, taken out, moved, and repeated a thousand times."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from random import Random
from typing import Any

MOST = 200_000  # bytes of a file, about, before it is damaged again

_STRANGE = (
    *(bytes([number]) for number in range(33)), *b"\" ' < > & = [ ] { } ( ) , ; : | / \\ # * - + @ ! % ~ ` _".split(),
    b"\x7f", b"\x80", b"\x9b31m", b"\xff", b"\xfe", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80\xae",
    b"\xe2\x80\xa8", b"\xe2\x80\x8b", b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n", b"\n\r", b"\n\n", b"'\"", b'""', b"\\u",
    b"\\ud800", b"\\u0000", b"null", b"true", b"NaN", b"1e999", b"-0", b"[]", b"{}", b'""', b'{"a":', b"},{", b'":"',
    b"<A ", b"<a href=", b"</A>", b"<DT>", b"<DL><p>", b"</DL>", b"<DD>", b"<H3>", b"<li>", b"<ul>", b"<script>",
    b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml ?>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"&#0;",
    b"&#x110000;", b"&amp", b"<post ", b"/>", b"[[", b"]]", b"][", b"](", b"![", b"<http:", b"* ", b"- ", b"#+", b":a:",
    b"    ", b":PROPERTIES:", b":END:", b"http://", b"https://[", b"place:", b"javascript:", b"mozLz40\0",
)  # fmt: skip
_EXTREME = (
    b"", b"0", b"-1", b"00", b"1.5", b"1e9", b"1e999", b"2147483648", b"9223372036854775807", b"9223372036854775808",
    b"18446744073709551616", b"9" * 25, b"9" * 5_000, b"0x10", b"NaN", b"\xd9\xa1",
)  # fmt: skip
_BRACKETS = (
    (b"[", b"]"), (b'{"a":', b"}"), (b"[{", b"}]"), (b"(", b")"), (b"[[", b"]]"), (b"<a>", b"</a>"), (b"<post>", b""),
    (b"<DL><p>", b"</DL>"), (b"<ul><li>", b"</ul>"), (b"<DT><H3>a</H3><DL><p>", b"</DL>"), (b"  - ", b""), (b"\\", b""),
    (b'"', b'"'), (b"*", b""), (b"<!--", b"-->"),
)  # fmt: skip
_VALUES = (
    b"null", b"true", b"0", b"-1", b"1.5", b"1e999", b'""', b'" "', b'"a,b"', b'"\\u0000"', b'"\\ud800"', b'"\\n\\n"',
    b"[]", b"[[]]", b'["a", 1, null]', b"{}", b'{"a": {}}', b"[" * 200 + b"]" * 200, b'"' + b"a" * 3_000 + b'"', b"'a'",
)  # fmt: skip
_CELLS: tuple[Any, ...] = (
    None, 0, -1, 1.5, 2**62, "", " ", ",", "a,b", "\0", "\ud7ff", "x" * 3_000, b"", b"\xff\0", "javascript:a", "http://[",
)  # fmt: skip
_NUMBER = re.compile(rb"[0-9]+")
_VALUE = re.compile(rb'"(?:[^"\\]|\\.)*+"|-?[0-9]+|null|true|false', re.DOTALL)
_LINE_ENDS = (b"\r\n", b"\r", b"\n\r", b"\n\n", b" ")


@dataclass(frozen=True, slots=True)
class _Chance:
    """What decides where a file is damaged; one draw for each thing, however long the file is."""

    random: Random
    others: Sequence[bytes]
    scale: int

    def place(self, content: bytes) -> int:
        return int(self.random.random() * (len(content) + 1))

    def piece(self, content: bytes, longest: int) -> tuple[int, int]:
        """Return the start and the end of a piece, short ones being more likely."""
        start = self.place(content)
        return start, min(len(content), start + 1 + int(longest * self.random.random() ** 3))

    def times(self, most: int) -> int:
        """Return how often to repeat something: up to ``most``, small numbers as likely as large ones."""
        return int(most ** self.random.random()) * self.scale

    def one_of(self, choices: Sequence[bytes]) -> bytes:
        return choices[int(self.random.random() * len(choices))]


def mutated(content: bytes, others: Sequence[bytes], random: Random, scale: int = 1) -> bytes:
    """Return ``content`` with one kind of damage, or with up to four, for which pieces of the ``others`` serve too.

    What is repeated is repeated ``scale`` times as often; else the same state of ``random`` gives the same damage.
    """
    chance = _Chance(random, others, scale)
    for _ in range(random.choice((1, 1, 1, 2, 3, 4))):
        is_database = content.startswith(b"SQLite format 3\0")
        damage = random.choice((*_DAMAGES, *(_alter_cells,) * len(_DAMAGES)) if is_database else _DAMAGES)
        content = damage(content, chance)[: MOST * scale]
    return content


def _flip(content: bytes, chance: _Chance) -> bytes:
    start, bit = chance.place(content), chance.random.randrange(8)
    return content[:start] + bytes(byte ^ (1 << bit) for byte in content[start : start + 1]) + content[start + 1 :]


def _put(content: bytes, chance: _Chance) -> bytes:
    """Put something strange in, or over what is there, or at the end."""
    start, strange = chance.place(content), chance.one_of(_STRANGE)
    over = chance.random.choice((0, 0, len(strange), 30, len(content)))
    return content[:start] + strange + content[start + over :]


def _put_noise(content: bytes, chance: _Chance) -> bytes:
    start, noise = chance.place(content), chance.random.randbytes(8)
    return content[:start] + noise + content[start + chance.random.choice((0, 8)) :]


def _take_out(content: bytes, chance: _Chance) -> bytes:
    start, end = chance.piece(content, len(content))
    return content[:start] + content[end:]


def _move(content: bytes, chance: _Chance) -> bytes:
    (start, end), place = chance.piece(content, 400), chance.place(content)
    return content[:place] + content[start:end] + content[place:]


def _cut_off(content: bytes, chance: _Chance) -> bytes:
    return content[: chance.place(content)]


def _splice(content: bytes, chance: _Chance) -> bytes:
    other = chance.one_of(chance.others)
    return content[: chance.place(content)] + other[chance.place(other) :]


def _repeat(content: bytes, chance: _Chance) -> bytes:
    """Repeat a piece where it stands."""
    start, end = chance.piece(content, 200)
    return content[:end] + content[start:end] * chance.times(20_000) + content[end:]


def _repeat_line(content: bytes, chance: _Chance) -> bytes:
    place = chance.place(content)
    start, end = content.rfind(b"\n", 0, place) + 1, content.find(b"\n", place) + 1
    return content[:end] + content[start:end] * chance.times(1_000) + content[end:]


def _repeat_strange(content: bytes, chance: _Chance) -> bytes:
    place, strange = chance.place(content), b"".join(chance.random.choices(_STRANGE, k=chance.random.randint(1, 3)))
    return content[:place] + strange * chance.times(20_000) + content[place:]


def _nest(content: bytes, chance: _Chance) -> bytes:
    """Put many brackets around a piece."""
    (start, end), (opening, closing) = chance.piece(content, len(content)), chance.random.choice(_BRACKETS)
    times = chance.times(20_000)
    return content[:start] + opening * times + content[start:end] + closing * times + content[end:]


def _alter_number(content: bytes, chance: _Chance) -> bytes:
    return _replace(content, _NUMBER.search(content, chance.place(content)), chance.one_of(_EXTREME))


def _alter_value(content: bytes, chance: _Chance) -> bytes:
    return _replace(content, _VALUE.search(content, chance.place(content)), chance.one_of(_VALUES))


def _swap_value(content: bytes, chance: _Chance) -> bytes:
    """Put a value that stands in the file somewhere, or in another one, in place of another value."""
    source = chance.one_of((content, content, chance.one_of(chance.others)))
    other = _VALUE.search(source, chance.place(source))
    return _replace(content, _VALUE.search(content, chance.place(content)), other[0] if other else b"")


def _replace(content: bytes, found: re.Match[bytes] | None, by: bytes) -> bytes:
    return content[: found.start()] + by + content[found.end() :] if found else content


def _encode(content: bytes, chance: _Chance) -> bytes:
    codec = chance.random.choice(("utf-8-sig", "utf-16", "utf-16-be", "cp1252", "latin-1"))
    return content.decode("utf-8", "replace").encode(codec, "replace")


def _end_lines(content: bytes, chance: _Chance) -> bytes:
    return content.replace(b"\n", chance.one_of(_LINE_ENDS))


def _swap_case(content: bytes, chance: _Chance) -> bytes:
    start, end = chance.piece(content, 400)
    return content[:start] + content[start:end].swapcase() + content[end:]


def _alter_cells(content: bytes, chance: _Chance) -> bytes:
    """Put strange values into cells of a database, whatever its schema says of them."""
    with closing(sqlite3.connect(":memory:")) as database, suppress(sqlite3.Error, UnicodeDecodeError):
        database.deserialize(content)
        database.execute("PRAGMA ignore_check_constraints = ON")
        names = "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'"
        columns = database.execute(names).fetchall()
        for _ in range(chance.random.randint(1, 3) if columns else 0):
            table, column = chance.random.choice(columns)
            which, value = chance.random.choice(("true", "rowid % 2", "rowid = 1")), chance.random.choice(_CELLS)
            update = f'UPDATE "{table}" SET "{column}" = ? WHERE {which}'  # noqa: S608 (a database of our own)
            with suppress(sqlite3.IntegrityError):
                database.execute(update, (value,))
        database.commit()
        return database.serialize()
    return content


_DAMAGES: tuple[Callable[[bytes, _Chance], bytes], ...] = (
    *(_flip, _put, _put, _put_noise, _take_out, _take_out, _move, _move, _cut_off, _splice, _alter_number),
    *(_alter_value, _alter_value, _alter_value, _swap_value, _swap_value, _encode, _end_lines, _swap_case),
    *(_repeat, _repeat_line, _repeat_strange, _nest),
)
