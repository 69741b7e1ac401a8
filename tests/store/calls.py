"""The system calls by which the store changes files: counted, recorded, and made to fail or to be the last one."""

import contextlib
import errno
import fcntl
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

DIED = 77  # how a process ends that a fault ended
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True)
class Call:
    """A call that was made: its name, the file or folder, and what a disk needs to know of it."""

    name: str
    path: str
    other: str = ""
    at: int = 0
    data: bytes = b""
    failed: bool = False


@dataclass(frozen=True)
class Fault:
    """What goes wrong at the ``at``-th call.

    ``error`` is raised instead of the call; with ``half`` a write is made in half before.  Without ``error`` the
    process dies, ``before`` the call, ``half`` way or ``after`` it.
    """

    at: int
    when: str = "before"
    error: int = 0

    def __str__(self) -> str:
        return f"{errno.errorcode[self.error] if self.error else 'killed'} {self.when} call {self.at}"


@dataclass
class Calls:
    """The calls on what lies in ``root``; ``before`` is run before each, with its number, and ``watch`` after it."""

    root: Path
    fault: Fault | None = None
    watch: Callable[[], None] = lambda: None
    before: Callable[[int], None] = lambda _: None
    log: list[Call] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # of those that are counted
    struck: str = ""  # the call that the fault struck
    is_foreign: bool = False  # what is done is not the store's
    _paths: dict[int, str] = field(default_factory=dict)
    _is_inside: bool = False

    @contextlib.contextmanager
    def intercepted(self) -> Iterator["Calls"]:
        """Let all calls of this process go through here for the time of the block; nothing is synced meanwhile."""
        with pytest.MonkeyPatch.context() as patch:
            for owner, name, make in self._makers():
                patch.setattr(owner, name, make(getattr(owner, name)))
            yield self

    @contextlib.contextmanager
    def foreign(self) -> Iterator[None]:
        """Count nothing and let nothing fail for the time of the block: another program is at work."""
        self.is_foreign = True
        try:
            yield
        finally:
            self.is_foreign = False

    def acknowledged(self, number: int) -> None:
        """Record that the change of this number was acknowledged."""
        self.log.append(Call("ack", "", at=number))

    # --- one call

    def _made(self, call: Call, do: Callable[[], Any], half: Callable[[], Any] | None = None) -> Any:
        if self.is_foreign or self._is_inside:
            result = do()
            self.log.append(call)
            return result
        number = len(self.names)
        self.names.append(call.name)
        fault = self.fault if self.fault and self.fault.at == number else None
        self._run(lambda: self.before(number))
        if fault:
            self.struck = call.name
            return self._strike(fault, call, do, half)
        result = do()
        self.log.append(call)
        self._run(self.watch)
        return result

    def _run(self, action: Callable[[], None]) -> None:
        """Run what is no part of what is watched."""
        self._is_inside = True
        try:
            action()
        finally:
            self._is_inside = False

    def _strike(self, fault: Fault, call: Call, do: Callable[[], Any], half: Callable[[], Any] | None) -> Any:
        if fault.when == "half" and half is not None:
            half()
            self.log.append(Call(call.name, call.path, at=call.at, data=call.data[: len(call.data) // 2]))
        if fault.error:
            self.log.append(Call(call.name, call.path, call.other, call.at, failed=True))
            raise OSError(fault.error, os.strerror(fault.error))
        if fault.when == "after":
            do()
        os._exit(DIED)

    def _is_ours(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and f"{os.fspath(path)}{os.sep}".startswith(f"{self.root}{os.sep}")

    # --- the calls

    def _makers(self) -> Iterator[tuple[Any, str, Callable[[Any], Any]]]:
        yield os, "open", self._open
        yield os, "write", self._write
        yield os, "pwrite", self._pwrite
        yield os, "ftruncate", self._truncate
        yield os, "fdopen", self._fdopen
        yield io, "open", self._io_open
        for name in ("fsync", "fdatasync"):
            yield os, name, self._sync
        for name in ("unlink", "remove"):
            yield os, name, lambda real: self._by_path("unlink", real)
        for name in ("rename", "replace"):
            yield os, name, self._rename
        yield os, "mkdir", lambda real: self._by_path("mkdir", real)
        yield os, "fchmod", self._by_descriptor("rights")
        yield fcntl, "flock", self._by_descriptor("lock")

    def _open(self, real: Any) -> Any:
        def opened(path: Any, flags: int, *arguments: Any, **options: Any) -> Any:
            if not self._is_ours(path):
                descriptor = real(path, flags, *arguments, **options)
                self._paths.pop(descriptor, None)
                return descriptor
            call = Call("create" if flags & os.O_CREAT and not os.path.lexists(path) else "open", os.fspath(path))
            do = lambda: real(path, flags, *arguments, **options)  # noqa: E731
            descriptor = self._made(call, do) if flags & _WRITES else do()
            self._paths[descriptor] = os.fspath(path)
            return descriptor

        return opened

    def _write(self, real: Any) -> Any:
        def written(descriptor: int, data: Any) -> Any:
            if descriptor not in self._paths:
                return real(descriptor, data)
            content = bytes(data)
            call = Call("write", self._paths[descriptor], at=os.lseek(descriptor, 0, os.SEEK_CUR), data=content)
            half = content[: len(content) // 2]
            return self._made(call, lambda: real(descriptor, content), lambda: real(descriptor, half))

        return written

    def _pwrite(self, real: Any) -> Any:
        def written(descriptor: int, data: bytes, at: int) -> Any:
            call = Call("write", self._paths.get(descriptor, ""), at=at, data=data)
            return self._made(call, lambda: real(descriptor, data, at))

        return written

    def _truncate(self, real: Any) -> Any:
        def truncated(descriptor: int, size: int) -> Any:
            call = Call("truncate", self._paths.get(descriptor, ""), at=size)
            return self._made(call, lambda: real(descriptor, size))

        return truncated

    def _sync(self, real: Any) -> Any:
        """Return a sync that syncs nothing: whether the disk gets it is not seen from here, and it takes its time."""
        return self._by_descriptor("sync")(lambda _descriptor: None)

    def _rename(self, real: Any) -> Any:
        def renamed(source: Any, target: Any) -> Any:
            call = Call("rename", os.fspath(source), os.fspath(target))
            return self._made(call, lambda: real(source, target)) if self._is_ours(source) else real(source, target)

        return renamed

    def _by_path(self, name: str, real: Any) -> Any:
        def called(path: Any, *arguments: Any, **options: Any) -> Any:
            do = lambda: real(path, *arguments, **options)  # noqa: E731
            return self._made(Call(name, os.fspath(path)), do) if self._is_ours(path) else do()

        return called

    def _by_descriptor(self, name: str) -> Callable[[Any], Any]:
        def make(real: Any) -> Any:
            def called(descriptor: int, *arguments: Any) -> Any:
                do = lambda: real(descriptor, *arguments)  # noqa: E731
                known = self._paths.get(descriptor)
                return do() if known is None else self._made(Call(name, known), do)

            return called

        return make

    def _io_open(self, real: Any) -> Any:
        def opened(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            if not (self._is_ours(file) and mode in ("wb", "ab")):
                return real(file, mode, *arguments, **options)
            flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if mode == "wb" else os.O_APPEND)
            descriptor = os.open(file, flags, 0o666)
            os.lseek(descriptor, 0, os.SEEK_END)
            return io.BufferedWriter(_Raw(descriptor), 4096)

        return opened

    def _fdopen(self, real: Any) -> Any:
        def opened(descriptor: int, mode: str = "r", buffering: int = -1) -> Any:
            if mode != "wb":
                return real(descriptor, mode, buffering)
            return io.BufferedWriter(_Raw(descriptor), max(buffering, 4096))

        return opened


class _Raw(io.RawIOBase):
    """A file whose writes are seen: Python's own ones go past :func:`os.write`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return os.write(self._descriptor, data)

    def seek(self, at: int, whence: int = os.SEEK_SET) -> int:
        return os.lseek(self._descriptor, at, whence)

    def truncate(self, size: int | None = None) -> int:
        at = self.tell() if size is None else size
        os.ftruncate(self._descriptor, at)
        return at

    def close(self) -> None:
        if not self.closed:
            try:
                super().close()
            finally:
                os.close(self._descriptor)


def read_json(path: Path) -> Any:
    """Return what any reader finds at ``path``, or ``None`` if there is no file."""
    return json.loads(path.read_bytes()) if path.exists() else None
