"""Make the README's pictures from the sample library, at a fixed clock: ``python screenshots/make.py``.

Each picture is an SVG, as Textual exports it, and a PNG of that SVG, drawn by Chromium or rsvg-convert.  The PNG
carries the SVG's SHA-256, so that a test can tell whether both are of the same screen.
"""

import asyncio
import hashlib
import html
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot
from textual.strip import Strip

from tagtui.config import Settings
from tagtui.demo import demo_library
from tagtui.tui.app import TagtuiApp

FOLDER = Path(__file__).parent
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_PNG_KEY = b"svg-sha256"


@dataclass(frozen=True, slots=True)
class Picture:
    """A screen of the sample library: its size in cells, its theme, and what was typed."""

    name: str
    size: tuple[int, int]
    theme: str = "tagtui-dark"
    query: str = ""
    keys: tuple[str, ...] = ()


PICTURES = (
    Picture("wide-dark", (150, 40), query="#kafka", keys=("2", "j", "j", "j", "j")),
    Picture("wide-light", (150, 40), theme="tagtui-light", query="#distributed-systems", keys=("2", "z")),
    Picture("narrowed", (120, 32), query="#kafka #ops -#storm", keys=("1", "down", "down", "down")),
    Picture("medium", (80, 24), query="#postgres", keys=("2",)),
    Picture("narrow", (40, 24), query="#terminal"),
    Picture("search", (120, 32), keys=("slash", *"exactly once is:unr")),
    Picture(
        "form",
        (100, 28),
        query="#kafka #ops -#storm",
        keys=("2", "down", "e", "tab", *" str"),
    ),
    Picture("copy", (100, 28), query="#jepsen", keys=("2", "space", "space", "space", "Y")),
    Picture("palette", (100, 28), query="#unix", keys=("ctrl+p", *"pick")),
)


async def screen(picture: Picture) -> str:
    """Return the screen of ``picture`` as SVG."""
    with demo_library() as path:
        app = TagtuiApp(path, "ada", Settings(), theme=picture.theme, query=picture.query, clock=lambda: NOW)
        async with app.run_test(size=picture.size) as pilot:
            await _settle(pilot)
            await pilot.press(*picture.keys)
            await _settle(pilot)
            return app.export_screenshot(title="tagtui")


async def _settle(pilot: Pilot[None]) -> None:
    """Wait until the screen has stayed the same, letters and looks, for a while."""
    seen: list[list[Strip]] = []
    while len(seen) < 4 or any(strips != seen[-1] for strips in seen[-4:-1]) or "reading…" in seen[-1][0].text:
        await pilot.pause(0.03)
        seen.append(pilot.app.screen._compositor.render_strips())


def text_of(svg: str) -> list[str]:
    """Return the lines of text in a picture, without what depends on Textual's way of drawing it."""
    lines: dict[int, list[str]] = {}
    for number, text in re.findall(r"clip-path=\"url\(#[^)]*-line-(\d+)\)\">([^<]*)</text>", svg):
        lines.setdefault(int(number), []).append(html.unescape(text).replace("\xa0", " "))
    return ["".join(lines[number]).rstrip() for number in sorted(lines)]


def svg_digest(png: bytes) -> str:
    """Return the SHA-256 of the SVG that a PNG was made from, or ``""``."""
    at = png.find(b"tEXt" + _PNG_KEY + b"\0")
    return png[at + 5 + len(_PNG_KEY) :][:64].decode("ascii", "replace") if at >= 0 else ""


def to_png(svg: Path) -> bytes:
    """Return ``svg`` as PNG; raises SystemExit where there is no program that draws it."""
    with tempfile.TemporaryDirectory() as folder:
        png = Path(folder) / "picture.png"
        subprocess.run(_drawing_command(svg, png, folder), check=True, capture_output=True)
        drawn = png.read_bytes()
    text = b"tEXt" + _PNG_KEY + b"\0" + hashlib.sha256(svg.read_bytes()).hexdigest().encode()
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    end = drawn.rfind(b"IEND") - 4
    return drawn[:end] + chunk + drawn[end:]


def _drawing_command(svg: Path, png: Path, folder: str) -> list[str]:
    width, height = (round(float(side)) for side in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg.read_text())[0])
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium:
        flags = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync"
        return [
            *(chromium, *flags.split(), "--hide-scrollbars", f"--user-data-dir={folder}"),
            *(f"--window-size={width},{height}", f"--screenshot={png}", svg.resolve().as_uri()),
        ]
    rsvg = shutil.which("rsvg-convert")
    if rsvg:
        return [rsvg, str(svg), "-o", str(png)]
    raise SystemExit("the PNGs are drawn by chromium or rsvg-convert; install one of them")


def main() -> None:
    """Make every picture anew; those whose text is as it was stay untouched, unless ``--all`` is given."""
    for picture in PICTURES:
        svg, png = FOLDER / f"{picture.name}.svg", FOLDER / f"{picture.name}.png"
        drawn = asyncio.run(screen(picture))
        if "--all" in sys.argv or not svg.exists() or not png.exists() or text_of(svg.read_text()) != text_of(drawn):
            svg.write_text(drawn)
            png.write_bytes(to_png(svg))
            print(f"made {picture.name}")


if __name__ == "__main__":
    main()
