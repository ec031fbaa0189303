"""The heads on a page: a component that draws itself from the server's data routes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from embeddings.types import AttentionSpec
from pages.shared import access, linked_maps
from pages.shared.attention import pack
from pages.shared.attention.asking import Asking

FOLDER = Path(__file__).parents[3] / "assets" / "attention"
SHARED = (linked_maps.FOLDER / "dom.js", linked_maps.FOLDER / "packs.js")
"""Modules of the maps that this component needs too."""

# As in `linked_maps`: only the latest call may draw, and only the latest clean-up may clear.
BOOTSTRAP = """
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector("[data-attention]");
  const own = (root.attention ??= { turn: 0, instance: null });
  const turn = ++own.turn;
  const draw = async () => {
    const { mount } = await import(new URL(data.module, location.origin).href);
    if (own.turn !== turn) return;
    own.instance ??= mount(root);
    await own.instance.show(data);
  };
  draw().catch((error) => {
    console.error(error);
    const line = document.createElement("p");
    line.setAttribute("role", "alert");
    line.textContent = "The heads could not be drawn. Reload the page to try again.";
    own.instance?.destroy();
    own.instance = null;
    root.replaceChildren(line);
  });
  return () => {
    if (own.turn !== turn) return;
    own.turn++;
    own.instance?.destroy();
    own.instance = null;
  };
}
"""

_component = st.components.v2.component(
    "attention_heads",
    html='<div data-attention class="lse-heads" role="region" aria-label="Heads"></div>',
    js=BOOTSTRAP,
    isolate_styles=False,
)


def files() -> linked_maps.Files:
    """Return the component's modules as they are now."""
    return linked_maps.read_files([*sorted(FOLDER.glob("*.js")), *SHARED])


def show(specs: Sequence[AttentionSpec], asking: Asking) -> None:
    """Draw the heads of one text, or one word in two; what is read must be there."""
    access.remember(*specs)
    base = linked_maps.base_path()
    data: dict[str, Any] = {
        "module": f"{base}/attention_view/{files().digest}/main.js",
        "packs": [
            f"{base}/data/attention/{spec.key}?v={access.version(spec)}-{pack.version()}"
            for spec in specs
        ],
        "view": asking.view,
        "start": {
            "layer": asking.layer,
            "head": asking.head,
            "shown": asking.shown,
            "word": asking.word.casefold(),
        },
    }
    _component(data=data, key=f"attention.{asking.view}")
