"""The README says what the program does."""

import re
import subprocess
import sys
from pathlib import Path

from tagtui.tui.actions import key_table

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_tables_of_keys_are_those_of_the_registry() -> None:
    between = README.split("<!-- keys: made by python -m tagtui.tui.actions -->")[1].split("<!-- end of keys -->")[0]
    assert between.strip() == key_table().strip()


def test_the_first_two_shell_blocks_are_one_line_each() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert [block.count("\n") for block in blocks[:2]] == [1, 1]
    assert blocks[0].strip().endswith("tagtui --demo")
    assert "pytest" in blocks[1]


def test_every_command_that_the_readme_names_is_one() -> None:
    told = subprocess.run([sys.executable, "-m", "tagtui", "--help"], capture_output=True, text=True, check=True).stdout
    known = set(re.findall(r"^  (\w+) ", told.split("Commands:")[1], re.MULTILINE))
    named = set(re.findall(r"^\$ tagtui ([a-z]+)", README, re.MULTILINE))
    assert named
    assert named <= known


def test_every_picture_that_the_readme_shows_is_there() -> None:
    pictures = re.findall(r"\]\((screenshots/[^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)
