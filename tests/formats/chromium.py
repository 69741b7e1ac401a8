"""A headless Chromium to look at a page with, by its DevTools protocol over a pipe: the standard library is enough.

https://chromedevtools.github.io/devtools-protocol/
"""

import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_NAMES = "chromium chromium-browser google-chrome-stable google-chrome".split()
PROGRAM = next(filter(None, map(shutil.which, _NAMES)), "")
_FLAGS = (
    *"--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --remote-debugging-pipe --no-first-run".split(),
    *"--disable-quic --disable-background-networking --disable-component-update --disable-sync".split(),
    *"--disable-extensions --disable-default-apps --no-default-browser-check --no-proxy-server".split(),
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--window-size=1280,900",
)
_PATIENCE = 60  # seconds for an answer of a browser that is well
_SHIFT = 8


class Chromium:
    """One tab of a browser; ``requests`` and ``complaints`` hold what it fetched, and what it wrote to its console."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._unread = b""
        self._number = 0
        self._session: str | None = None
        self._loaded = False
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return the answer to a command; raises AssertionError where the browser refuses it."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            assert select.select([self._answers], [], [], _PATIENCE)[0], "the browser does not answer"
            some = os.read(self._answers, 1 << 20)
            assert some, "the browser has ended"
            self._unread += some
        text, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, event: str, what: dict[str, Any]) -> None:
        if event == "Page.loadEventFired":
            self._loaded = True
        elif event == "Network.requestWillBeSent":
            self.requests.append(what["request"]["url"])
        elif event in ("Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening"):
            self.complaints.append(json.dumps(what))

    def open(self, url: str) -> None:
        """Load ``url`` anew."""
        self._loaded = False
        self.call("Page.navigate", url="about:blank")
        while not self._loaded:
            self._receive()
        self._loaded = False
        self.call("Page.navigate", url=url)
        while not self._loaded:
            self._receive()

    def evaluate(self, script: str) -> Any:
        """Return the value of ``script`` in the page, once it is there if it is a promise."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, script: str) -> None:
        """Wait until ``script`` is true in the page."""
        end = time.monotonic() + _PATIENCE
        while not self.evaluate(script):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.01)

    def press(self, key: str, text: str = "") -> None:
        """Press and release a key, by its name in the DOM, which types ``text``."""
        code = {"Enter": 13, "Escape": 27, "Tab": 9}.get(key, 0)
        pressed = {"key": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **pressed)
        self.call("Input.dispatchKeyEvent", type="keyUp", **pressed)

    def click(self, element: str) -> None:
        """Click on what the script ``element`` gives."""
        self._click(element, 0)

    def shift_click(self, element: str) -> None:
        self._click(element, _SHIFT)

    def _click(self, element: str, modifiers: int) -> None:
        x, y = self.evaluate(
            f"(() => {{ const it = {element}; it.scrollIntoView({{block: 'center'}});"
            " const {x, y, width, height} = it.getClientRects()[0]; return [x + width / 2, y + height / 2]; })()"
        )
        for event in ("mousePressed", "mouseReleased"):
            where = {"x": x, "y": y, "button": "left", "clickCount": 1, "modifiers": modifiers}
            self.call("Input.dispatchMouseEvent", type=event, **where)


@contextmanager
def browser(profile: Path) -> Iterator[Chromium]:
    """Run a browser that keeps what it needs in ``profile`` and reaches no network."""
    commands, to_it = os.pipe()
    from_it, answers = os.pipe()
    theirs = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (commands, answers)]

    def lay_pipes() -> None:  # it reads commands from 3, and answers on 4
        os.dup2(theirs[0], 3)
        os.dup2(theirs[1], 4)

    process = subprocess.Popen(
        [PROGRAM, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lay_pipes,
        close_fds=False,
        env={**os.environ, "HOME": str(profile)},
    )
    for end in (commands, answers, *theirs):
        os.close(end)
    try:
        yield Chromium(to_it, from_it)
    finally:
        os.close(to_it)  # it ends when its pipe does
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(from_it)
