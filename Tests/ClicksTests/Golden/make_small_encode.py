"""Writes small_encode.json: cells 2 to 5 of the notebook, in pandas and NumPy, on a small log made by a rule.

usage: make_small_encode.py > small_encode.json      (pip install numpy pandas; written with NumPy 1.26 or 2)
"""
import hashlib, json, sys
import numpy as np, pandas as pd

SEED, L, MH, MS, SAMPLE = 42, 30, 1, 20, 40
rows = [(u, 1000 + (u * 31 + t * t * 7 + t) % 97, 1_000_000_000 + t * 37 + u)
        for t in range(90) for u in range(1, 61) if t < 2 + u * 3 // 2]
click = pd.DataFrame(rows, columns=['user_id', 'item', 'ts'])
items = pd.DataFrame([(i, i % 9) for i in range(1000, 1080)], columns=['item', 'cat'])  # of 97 clicked items 80

click = click.sort_values(['user_id', 'ts'], kind='stable')
last = click.groupby('user_id').tail(1)
hist = click.drop(last.index)
users = hist['user_id'].unique()
drawn = np.random.default_rng(SEED).choice(users, size=SAMPLE, replace=False)
hist, last = hist[hist['user_id'].isin(drawn)], last[last['user_id'].isin(drawn)]

codes = lambda values: {int(v): n + 1 for n, v in enumerate(sorted(set(values)))}
of_user, of_item, of_cat = codes(hist.user_id), codes(items['item']), codes(items['cat'])
cat_of_item = dict(zip(items['item'].astype(int), items['cat'].astype(int)))
su, sh, si, sc = [], [], [], []
rng = np.random.default_rng(SEED)
for u, q in hist.groupby('user_id')['item'].apply(list).to_dict().items():
    if len(q) < MH + 1: continue
    places = list(range(1, len(q)))
    if len(places) > MS:
        places = sorted(rng.choice(places[-MS * 3:], size=MS, replace=False).tolist())
    for t in places:
        h = q[max(0, t - L):t]
        if len(h) < MH: continue
        su.append(of_user[int(u)]); si.append(of_item.get(int(q[t]), 0))
        sc.append(of_cat.get(cat_of_item.get(int(q[t]), 0), 0))
        sh.append([0] * (L - len(h)) + [of_item.get(int(x), 0) for x in h])
digest = lambda a: hashlib.sha256(np.asarray(a, '<i4').tobytes()).hexdigest()
json.dump({
    'users': len(of_user), 'history_rows': len(hist), 'valid_rows': len(last), 'samples': len(su),
    'sample_users': len(set(su)), 'drawn': [int(u) for u in drawn],
    'vocab': {'user': len(of_user) + 1, 'item': len(of_item) + 1, 'category': len(of_cat) + 1},
    'sha256_int32_le': {'user': digest(su), 'history': digest(sh), 'item': digest(si), 'category': digest(sc)},
}, sys.stdout, indent=1)
print()
