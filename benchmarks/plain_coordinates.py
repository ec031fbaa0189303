"""Baseline: a Plotly chart of coordinates that are already there."""

import os

import numpy as np
import plotly.express as px
import streamlit as st

st.set_page_config(layout="wide")
data = np.load(os.environ["BENCHMARK_DATA"])
xy = data["xy"]
figure = px.scatter(x=xy[:, 0], y=xy[:, 1], hover_name=data["words"], height=600)
figure.update_layout(dragmode="pan")
st.plotly_chart(figure, config={"scrollZoom": True})
