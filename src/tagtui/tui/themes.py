"""tagtui's own themes: ink on paper, as Pinboard's page has it, and the same by night."""

from textual.theme import Theme

PAPER = Theme(
    name="tagtui-light",
    primary="#3451b2",
    secondary="#0f6e84",
    accent="#a8321e",
    warning="#9a5b00",
    error="#b3261e",
    success="#2c6e2f",
    foreground="#1f2328",
    background="#fbfaf7",
    surface="#fbfaf7",
    panel="#eceae3",
    dark=False,
    variables={
        "block-cursor-background": "#3451b2",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#e6eaf7",
    },
)
NIGHT = Theme(
    name="tagtui-dark",
    primary="#7aa2f7",
    secondary="#73c2d0",
    accent="#e0af68",
    warning="#e0af68",
    error="#f7768e",
    success="#9ece6a",
    foreground="#d5d9e6",
    background="#15171e",
    surface="#15171e",
    panel="#22252f",
    dark=True,
    variables={
        "block-cursor-background": "#3b5488",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#252b3d",
    },
)
THEMES = (NIGHT, PAPER)
DEFAULT_THEME = NIGHT.name
