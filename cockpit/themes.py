"""The three themes: dark, light, and one whose every word stands out."""

from collections.abc import Mapping
from typing import Any

from textual.app import App
from textual.theme import Theme

from state.cell import Tone


def _theme(
    name: str, dark: bool, background: str, panel: str, edge: str, cursor: str, flash: str, tones: Mapping[Tone, str]
) -> Theme:
    quiet, focus = tones[Tone.QUIET], tones[Tone.FOCUS]
    return Theme(
        name=name,
        dark=dark,
        primary=focus,
        secondary=tones[Tone.PLAN_DIM],
        accent=tones[Tone.PLAN],
        foreground=tones[Tone.TEXT],
        background=background,
        surface=background,
        panel=panel,
        error=tones[Tone.BAD],
        warning=tones[Tone.WARN],
        success=tones[Tone.WELL],
        variables={
            **{f"tone-{tone.value}": color for tone, color in tones.items()},
            "edge": edge,
            "cursor": cursor,
            "flash": flash,
            "border": focus,
            "border-blurred": edge,
            "text-muted": quiet,
            "foreground-muted": quiet,
            "block-cursor-background": cursor,
            "block-cursor-foreground": tones[Tone.TEXT],
            "block-cursor-blurred-background": cursor,
            "block-hover-background": cursor,
            "input-selection-background": cursor,
            "scrollbar": edge,
            "scrollbar-hover": quiet,
            "scrollbar-active": focus,
            "scrollbar-background": background,
            "scrollbar-background-hover": background,
            "scrollbar-background-active": background,
            "scrollbar-corner-color": background,
        },
    )


DARK = _theme(
    "cockpit-dark",
    dark=True,
    background="#0d1117",
    panel="#161c24",
    edge="#30363d",
    cursor="#1c2733",
    flash="#ffffff",
    tones={
        Tone.TEXT: "#d5dce4",
        Tone.QUIET: "#8b97a5",
        Tone.FAINT: "#4a5563",
        Tone.FOCUS: "#6cb6ff",
        Tone.BAD: "#f47067",
        Tone.WARN: "#e3b341",
        Tone.WELL: "#86b875",
        Tone.PLAN: "#b9a5f5",
        Tone.PLAN_DIM: "#7a68b8",
        Tone.STREAM_1: "#56c2cf",
        Tone.STREAM_2: "#d69ac0",
        Tone.STREAM_3: "#9fb0ea",
        Tone.STREAM_4: "#c9b58a",
        Tone.STREAM_5: "#7cc4a4",
        Tone.STREAM_6: "#b8c0ca",
    },
)

LIGHT = _theme(
    "cockpit-light",
    dark=False,
    background="#fbfcfd",
    panel="#eef1f4",
    edge="#c8d0d9",
    cursor="#e2ecf7",
    flash="#000000",
    tones={
        Tone.TEXT: "#1f2732",
        Tone.QUIET: "#566270",
        Tone.FAINT: "#8d98a5",
        Tone.FOCUS: "#0a5cc2",
        Tone.BAD: "#b42318",
        Tone.WARN: "#855400",
        Tone.WELL: "#2c6a1c",
        Tone.PLAN: "#5b3fc0",
        Tone.PLAN_DIM: "#9583d6",
        Tone.STREAM_1: "#0b6b78",
        Tone.STREAM_2: "#8e2f6d",
        Tone.STREAM_3: "#3f51a3",
        Tone.STREAM_4: "#6b5618",
        Tone.STREAM_5: "#1c6b4b",
        Tone.STREAM_6: "#4a5563",
    },
)

HIGH_CONTRAST = _theme(
    "cockpit-high-contrast",
    dark=True,
    background="#000000",
    panel="#000000",
    edge="#a0a0a0",
    cursor="#003a70",
    flash="#ffffff",
    tones={
        Tone.TEXT: "#ffffff",
        Tone.QUIET: "#d8d8d8",
        Tone.FAINT: "#c0c0c0",
        Tone.FOCUS: "#7fd4ff",
        Tone.BAD: "#ffa8a0",
        Tone.WARN: "#ffdf5e",
        Tone.WELL: "#8cf08c",
        Tone.PLAN: "#dcc8ff",
        Tone.PLAN_DIM: "#bda4f0",
        Tone.STREAM_1: "#7feaf5",
        Tone.STREAM_2: "#ffb3e0",
        Tone.STREAM_3: "#b9c8ff",
        Tone.STREAM_4: "#f0dca0",
        Tone.STREAM_5: "#9af5cf",
        Tone.STREAM_6: "#dfe5ec",
    },
)

THEMES: tuple[Theme, ...] = (DARK, LIGHT, HIGH_CONTRAST)
"""The first one is the default."""


def register_themes(app: App[Any]) -> None:
    """Make the themes known to `app`. Which one it wears is `app.theme`."""
    for theme in THEMES:
        app.register_theme(theme)
