"""Taking out: any vectors that the app has, in the formats of other programs."""

from __future__ import annotations

import html

import streamlit as st

from embeddings import methods, recipes, vocabulary
from embeddings.errors import UserError
from embeddings.sources import writing
from embeddings.types import Request, Spec, VocabularySpec
from pages.shared import access, address, linked_maps, notices, offers


def show() -> list[Request]:
    """Let the reader choose vectors, and take them; return what has to be made for that."""
    with st.expander("Take vectors out"):
        method_box, words_box = st.columns(2)
        keys, words = offers.method_keys(), offers.vocabularies()
        with method_box:
            method = st.selectbox("Method", keys, keys.index("glove"), offers.method_label)
        with words_box:
            name = st.selectbox("Words", words, 0, offers.vocabulary_label)
        if name == address.BIG and method != "glove":
            notices.tell(f"{vocabulary.label(address.BIG)} are GloVe's alone.")
            return []
        try:
            spec = methods.get(str(method)).spec(str(name))
            missing = needed(spec)
        except UserError as error:
            notices.tell(error)
            return []
        if not missing:
            st.html(ways_out(spec))
            return []
        st.caption("These vectors are not there yet.")
        return missing if st.toggle("Make them", key=f"data.make.{spec.key}") else []


def needed(spec: Spec) -> list[Request]:
    """Return what has to be made before vectors can be taken out."""
    kept = recipes.kept_as(spec)
    wanted: list[Request] = [VocabularySpec(spec.vocabulary)]
    if kept and kept.vocabulary not in (spec.vocabulary, vocabulary.TRAINED):
        wanted.append(VocabularySpec(kept.vocabulary))
    if kept:
        wanted.append(kept)
    return [request for request in wanted if not access.has(request)]


def ways_out(spec: Spec) -> str:
    """Return links to vectors in every format that can hold them."""
    access.remember(spec)
    is_sparse = access.table(spec).is_sparse
    base = f"{linked_maps.base_path()}/data/take/{spec.key}"
    links = [
        f'<a download href="{html.escape(f"{base}/{form.key}")}">{html.escape(form.label)}</a>'
        for form in writing.FORMS.values()
        if form.sparse or not is_sparse
    ]
    return f'<p class="lse-data-ways">Take out: {" ".join(links)}</p>'
