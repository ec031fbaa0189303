"""Baseline: four Plotly charts, linked as Streamlit links them: by a selection and a rerun."""

import os

import numpy as np
import plotly.graph_objects as go
import streamlit as st

st.set_page_config(layout="wide")
data = np.load(os.environ["BENCHMARK_DATA"])
selected: list[int] = []
for at in range(4):
    state = st.session_state.get(f"chart{at}")
    selected = selected or [
        point["point_index"] for point in (state or {}).get("selection", {}).get("points", [])
    ]
columns = st.columns(2) * 2
for at, column in enumerate(columns):
    xy = data[f"xy{at}"]
    figure = go.Figure(
        go.Scattergl(
            x=xy[:, 0],
            y=xy[:, 1],
            mode="markers",
            hovertext=data["words"],
            marker={"size": 3},
            selectedpoints=selected or None,
        )
    )
    figure.update_layout(dragmode="lasso", height=300, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    with column:
        st.plotly_chart(figure, key=f"chart{at}", on_select="rerun", selection_mode="lasso")
st.html(f'<p id="selected" data-selected="{len(selected)}">{len(selected)} selected</p>')
