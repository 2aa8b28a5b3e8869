"""Draws the vectors of the most clicked items on a plane, by t-SNE.

Source: L. van der Maaten, G. Hinton, "Visualizing Data using t-SNE", JMLR 9, 2008; scikit-learn's, from a start by PCA.
"""
import json

import matplotlib
import numpy as np
import pandas as pd
from sklearn.manifold import TSNE

matplotlib.use("svg")
import matplotlib.pyplot as plot

settings = json.load(open("settings.json"))
arguments = settings["arguments"]
vectors = np.load("inputs/index/item_vectors.npy")
ids = [str(one) for one in json.load(open("inputs/index/item_ids.json"))]
clicks = pd.read_parquet("inputs/split/clicks.parquet")
count = clicks[clicks.part == "train"]["item"].astype(str).value_counts().reindex(ids).fillna(0).to_numpy()
shown = np.argsort(-count, kind="stable")[: arguments["items"]]
layout = TSNE(perplexity=arguments["perplexity"], init="pca", random_state=arguments["seed"])
places = layout.fit_transform(vectors[shown])

matplotlib.rcParams["svg.hashsalt"] = "items"
figure, axes = plot.subplots(figsize=(7, 6), layout="constrained")
dots = axes.scatter(*places.T, c=np.log10(1 + count[shown]), s=8, cmap="viridis", linewidths=0)
axes.set_xticks([])
axes.set_yticks([])
figure.colorbar(dots, label="log10 of 1 + clicks")
figure.savefig("outputs/items.svg", metadata={"Date": None})
json.dump({"kl_divergence": float(layout.kl_divergence_)}, open("outputs/metrics.json", "w"))
caption = f"The {len(shown):,} most clicked items by their vectors, on a plane; near items are recommended together"
json.dump({"items.svg": caption}, open("outputs/captions.json", "w"))
