"""The square to draw on: a component that asks for what is nearest by itself."""

from __future__ import annotations

from typing import Any

import streamlit as st

from embeddings import methods
from embeddings.figures import sheets
from embeddings.types import VisualSearch, VocabularySpec
from pages.shared import access, linked_maps, scripts
from pages.shared.digits import answering

JS = scripts.joined("make.js", "digits/*.js")

_component = st.components.v2.component(
    "digit_drawing",
    html='<div data-drawing class="lse-drawing" role="region" aria-label="Draw a digit"></div>',
    js=JS,
    isolate_styles=False,
)


def show(found: VisualSearch) -> None:
    """Show the square, and beside it what is nearest to what is drawn."""
    _component(data=data_of(found), key="digits.drawing")


def data_of(found: VisualSearch) -> dict[str, Any]:
    """Return what the component is told."""
    name, base = found.spec.collection, linked_maps.base_path()
    of = access.word_list(name)
    assert of.pictures is not None
    version = access.version(VocabularySpec(name))
    return {
        "module": linked_maps.module("sprites.js")["module"],
        "near": f"{base}/data/digits/near",
        "sheet": f"{base}/data/pictures/{name}?v={version}",
        "layout": sheets.layout(of.pictures),
        "kinds": list(answering.names_of(of)),
        "methods": [
            {
                "key": each.method,
                "label": methods.get(each.method).label,
                "said": f"right on held-out: {each.value:.1%}",
            }
            for each in found.precisions
        ],
    }
