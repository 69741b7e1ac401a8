"""The README's pictures show the program as it is."""

import hashlib

import pytest
from screenshots.make import FOLDER, PICTURES, Picture, screen, svg_digest, text_of


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
async def test_the_picture_shows_the_program_as_it_is(picture: Picture) -> None:
    committed = (FOLDER / f"{picture.name}.svg").read_text("utf-8")
    assert text_of(committed) == text_of(await screen(picture)), "stale: run python screenshots/make.py"


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_the_png_is_drawn_from_the_svg_beside_it(picture: Picture) -> None:
    svg = (FOLDER / f"{picture.name}.svg").read_bytes()
    assert svg_digest((FOLDER / f"{picture.name}.png").read_bytes()) == hashlib.sha256(svg).hexdigest()
