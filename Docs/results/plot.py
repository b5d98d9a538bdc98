#!/usr/bin/env python3
"""Draws the test accuracy of runs beside the book's: plot.py curves.svg book-float32 book-bf16 ..."""
import csv
import json
import pathlib
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "nin"
import matplotlib.pyplot as plt

here = pathlib.Path(__file__).parent
output, *runs = sys.argv[1:]
figure, axes = plt.subplots(figsize=(7, 4.5))
with open(here / "book.csv", newline="") as file:
    rows = list(csv.DictReader(file))
for tab in ["mxnet", "pytorch", "tensorflow", "jax"]:
    axes.plot(
        [int(row["epoch"]) for row in rows], [float(row[tab]) for row in rows],
        color="0.6", linewidth=1, linestyle={"mxnet": "-", "pytorch": "--", "tensorflow": "-.", "jax": ":"}[tab],
        label=f"the book, {tab}")
for run in runs:
    history = json.loads((here / run / "metrics.json").read_text())["history"]
    axes.plot(
        [epoch["epoch"] for epoch in history], [epoch["test_accuracy"] for epoch in history],
        linewidth=2, marker="o", markersize=3, label=run)
axes.set(xlabel="epoch", ylabel="test accuracy", ylim=(0, 1), xticks=range(1, 11))
axes.grid(color="0.9")
axes.legend(frameon=False, loc="lower right")
figure.tight_layout()
figure.savefig(here / output, metadata={"Date": None})
