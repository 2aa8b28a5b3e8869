"""Makes best_two_tower.json beside this script: what the reference computes in its first twenty steps.

usage: make_best_two_tower.py path/to/reference/best_two_tower.py
Needs: pip install jax numpy pandas.

The reference script runs as it is but for its sizes, on a small made-up click log, once as for 20,000 users (a
learned map of the newest click) and once as for all of them (residual dense layers). Its step function is wrapped
to keep its batches and losses.
"""
import base64, json, pathlib, re, sys, tempfile
import numpy as np

SOURCE = pathlib.Path(sys.argv[1]).read_text()
COLUMNS = re.search(r"FEATURES = (\[.*\])", SOURCE).group(1)
STEPS = 20


def write_log(folder):
    """60 users, 40 articles of 50, up to 9 clicks each over 60 hours."""
    r = np.random.default_rng(5)
    rows = ["user_id,click_article_id,click_timestamp," + ",".join(eval(COLUMNS))]
    for user in range(60):
        clicks = r.integers(2, 10)
        times = np.sort(r.integers(0, 60 * 3600, clicks)) * 1000
        if user % 3 == 0:
            times = times[0] + np.arange(clicks) * 30_000
        for t in times:
            context = r.integers(0, 3, 6)
            rows.append(f"{user},{int(40 * r.random() ** 2)},{1_500_000_000_000 + t}," + ",".join(map(str, context)))
    (folder / "train_click_log.csv").write_text("\n".join(rows) + "\n")
    (folder / "articles.csv").write_text("\n".join(["article_id"] + [str(i) for i in range(50)]) + "\n")


def encode(array):
    array = np.ascontiguousarray(array)
    return {"shape": list(array.shape), "bytes": base64.b64encode(array.tobytes()).decode()}


def small(source):
    source = re.sub(
        r"L, DIM, LR, EPOCHS.*",
        "L, DIM, LR, EPOCHS, B, POOL, TEMP, WIDTHS, NOISE = (4, 8, 5e-2, 5, 32, 36, .07, (.5, 2, 8, 32), .1) "
        "if ALL else (4, 8, 5e-2, 5, 32, 36, .085, (2, 8, 32), .5)",
        source,
    )
    source = source.replace("size=20000", "size=60").replace("128, DIM), np.float32)", "12, DIM), np.float32)")
    source = source.replace("g(4*DIM, 128,", "g(4*DIM, 12,").replace("np.zeros(128, np.float32)", "np.zeros(12, np.float32)")
    # The state before the first step, and every batch with its loss.
    source = source.replace("steps = len(T)//B", "KEEP_STATE({k: np.array(v) for k, v in P.items()}, H, N); step = KEEP_STEPS(step); steps = len(T)//B")
    return source


class Enough(Exception):
    pass


def run(all_users):
    result = {"steps": []}

    def keep_state(parameters, span, items):
        result["span"], result["items"] = float(span), int(items)
        result["parameters"] = {name: encode(value) for name, value in parameters.items()}

    def keep_steps(step):
        def kept(P, M, V, n, lr, *batch):
            if len(result["steps"]) == STEPS:
                result["final"] = {name: encode(np.array(value)) for name, value in P.items()}
                raise Enough
            names = ["context", "features", "hours", "weights", "pool", "logq", "labels", "masked"]
            entry = {name: encode(np.asarray(value)) for name, value in zip(names, batch)}
            P, M, V, l = step(P, M, V, n, lr, *batch)
            result["steps"].append(entry | {"rate": float(lr), "loss": float(l)})
            return P, M, V, l

        return kept

    with tempfile.TemporaryDirectory() as folder:
        write_log(pathlib.Path(folder))
        sys.argv = ["best_two_tower.py", folder, "--seed", "3"] + (["--all-users"] if all_users else [])
        try:
            exec(compile(small(SOURCE), "best_two_tower.py", "exec"), {"KEEP_STATE": keep_state, "KEEP_STEPS": keep_steps})
        except Enough:
            pass
    return result


if __name__ == "__main__":
    target = pathlib.Path(__file__).with_name("best_two_tower.json")
    target.write_text(json.dumps({"identity": run(False), "residual": run(True)}, separators=(",", ":")) + "\n")
    print(target, target.stat().st_size, "bytes")
