#!/usr/bin/env python3
"""Compares this project's samplers and importances with Optuna's on functions with known optima.

Usage:
    swift build -c release
    python Tests/SweepTests/Peers/samplers_against_optuna.py [--tool PATH] [--budget 60] [--seeds 30]
        [--functions NAME ...] [--importance-trials 200] [--output PATH]

    --tool               the executable SamplerTrials; default .build/release/SamplerTrials in the repository
    --budget             trials per search
    --seeds              searches per sampler and function, with seeds 0, 1, ...
    --functions          some of: sphere rosenbrock branin hartmann mixed
    --importance-trials  random trials whose importances are compared
    --output             also writes the tables to this file

Needs optuna and numpy. Each line of the first table is a sampler on a function: the median over the seeds of the
best value found (smaller is better), and its quartiles. "Spread" in the verdicts is the distance of the quartiles of
Optuna's sampler of the same kind: independent TPE against `multivariate=False`, multivariate TPE against
`multivariate=True, group=True`, random against random. A TPE must further beat our random search: its median has to
be below random's lower quartile. Exits with 1 where a verdict fails, 0 otherwise.
"""

import argparse
import json
import math
import pathlib
import subprocess
import sys
import warnings

import numpy as np
import optuna

ROOT = pathlib.Path(__file__).resolve().parents[3]


def real(name, low, high, log=False, step=None, when=()):
    return {"name": name, "kind": "real", "low": low, "high": high, "log": log, "step": step, "when": list(when)}


def integer(name, low, high, log=False, when=()):
    return {"name": name, "kind": "integer", "low": low, "high": high, "log": log, "step": 1, "when": list(when)}


def choice(name, count, when=()):
    return {"name": name, "kind": "choice", "count": count, "when": list(when)}


def sphere(x):
    return sum(v * v for v in x.values())


def rosenbrock(x):
    v = [x[f"x{i}"] for i in range(4)]
    return sum(100 * (v[i + 1] - v[i] ** 2) ** 2 + (1 - v[i]) ** 2 for i in range(3))


def branin(x):
    a, b = x["x0"], x["x1"]
    return (
        (b - 5.1 / (4 * math.pi**2) * a * a + 5 / math.pi * a - 6) ** 2
        + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a)
        + 10
    )


HARTMANN_A = np.array(
    [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
)
HARTMANN_P = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)


def hartmann(x):
    v = np.array([x[f"x{i}"] for i in range(6)])
    return float(-np.array([1.0, 1.2, 3.0, 3.2]) @ np.exp(-(HARTMANN_A * (v - HARTMANN_P) ** 2).sum(axis=1)))


def mixed(x):
    """A model to choose, each with settings of its own; the least value, 0, is that of model 2."""
    rate = (math.log10(x["rate"]) + 2.5) ** 2
    if x["model"] == 0:
        return 1.0 + rate + (x["alpha"] - 0.3) ** 2
    if x["model"] == 1:
        return 0.5 + rate + 0.02 * (x["depth"] - 7) ** 2
    return rate + 0.1 * (math.log2(x["width"]) - 7) ** 2 + 4 * (x["dropout"] - 0.2) ** 2 + (0.3 if x["norm"] == 0 else 0)


FUNCTIONS = {
    "sphere": (sphere, [real(f"x{i}", -5, 5) for i in range(5)]),
    "rosenbrock": (rosenbrock, [real(f"x{i}", -2, 2) for i in range(4)]),
    "branin": (branin, [real("x0", -5, 10), real("x1", 0, 15)]),
    "hartmann": (hartmann, [real(f"x{i}", 0, 1) for i in range(6)]),
    "mixed": (
        mixed,
        [
            choice("model", 3),
            real("rate", 1e-5, 1, log=True),
            real("alpha", 0, 1, when=[("model", [0])]),
            integer("depth", 1, 12, when=[("model", [1])]),
            integer("width", 8, 512, log=True, when=[("model", [2])]),
            real("dropout", 0, 0.5, step=0.05, when=[("model", [2])]),
            choice("norm", 2, when=[("model", [2])]),
        ],
    ),
}


def space_json(space):
    """The space as the tool reads it."""
    rows = []
    for p in space:
        if p["kind"] == "choice":
            distribution = {"categorical": {"count": p["count"]}}
        else:
            body = {"min": p["low"], "max": p["high"], "isLog": p["log"]}
            if p["step"] is not None:
                body["step"] = p["step"]
            distribution = {p["kind"]: body}
        when = [{"parameter": name, "allowed": allowed} for name, allowed in p["when"]]
        rows.append({"name": p["name"], "distribution": distribution, "when": when})
    return {"parameters": rows}


class Tool:
    """Our samplers, behind a pipe."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit("the tool ended without an answer")
        return json.loads(line)

    def search(self, strategy, function, space, budget, seed):
        trials = []
        best = math.inf
        for number in range(budget):
            question = {"deed": "ask", "strategy": strategy, "space": space_json(space), "trials": trials}
            answer = self.ask(question | {"directions": ["minimize"], "seed": seed})
            value = function(answer["assignment"])
            best = min(best, value)
            row = {"number": number, "assignment": answer["assignment"], "state": "complete", "values": [value]}
            trials.append(row)
        return best

    def importance(self, space, trials):
        question = {"deed": "importance", "space": space_json(space), "trials": trials, "directions": ["minimize"]}
        answer = self.ask(question)
        return dict(zip(answer["names"], answer["shares"]))


def suggest(trial, space):
    """Optuna's values for the parameters of `space` that count."""
    values = {}
    for p in space:
        if not all(values.get(name) in allowed for name, allowed in p["when"]):
            continue
        if p["kind"] == "choice":
            values[p["name"]] = trial.suggest_categorical(p["name"], list(range(p["count"])))
        elif p["kind"] == "real":
            values[p["name"]] = trial.suggest_float(p["name"], p["low"], p["high"], log=p["log"], step=p["step"])
        else:
            values[p["name"]] = trial.suggest_int(p["name"], p["low"], p["high"], log=p["log"])
    return values


def optuna_search(sampler, function, space, budget):
    study = optuna.create_study(sampler=sampler)
    study.optimize(lambda trial: function(suggest(trial, space)), n_trials=budget)
    return study


OPTUNA = {
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=False),
    "multivariate": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True),
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
}
TITLES = {"tpe": "TPE", "multivariate": "multivariate TPE", "random": "random"}


def quartiles(values):
    return np.percentile(values, [25, 50, 75])


def compare_searches(tool, arguments, say):
    fine = True
    say(f"Best of {arguments.budget} trials over {arguments.seeds} seeds, smaller is better.\n")
    say("| Function | Sampler | Median | Quartiles | Optuna: median | Optuna: quartiles | No worse than Optuna's by more than the spread | Clearly better than random |")
    say("|---|---|---:|---:|---:|---:|---|---|")
    for name in arguments.functions:
        function, space = FUNCTIONS[name]
        ours, theirs = {}, {}
        for kind in ("random", "tpe", "multivariate"):
            seeds = range(arguments.seeds)
            ours[kind] = quartiles([tool.search(kind, function, space, arguments.budget, s) for s in seeds])
            theirs[kind] = quartiles(
                [optuna_search(OPTUNA[kind](s), function, space, arguments.budget).best_value for s in seeds]
            )
            (q1, median, q3), (o1, other, o3) = ours[kind], theirs[kind]
            on_par = bool(median <= other + (o3 - o1))
            better = True if kind == "random" else bool(median < ours["random"][0])
            fine = fine and on_par and better
            words = {True: "yes", False: "NO"}
            say(
                f"| {name} | {TITLES[kind]} | {median:.4g} | {q1:.4g} to {q3:.4g} | {other:.4g} | {o1:.4g} to {o3:.4g} "
                f"| {words[on_par]} | {'' if kind == 'random' else words[better]} |"
            )
    return fine


def compare_importances(tool, arguments, say):
    fine = True
    say(f"\nImportances (PED-ANOVA) of the same {arguments.importance_trials} random trials.\n")
    say("| Function | Our shares | Optuna's shares | Largest difference | Same ranks |")
    say("|---|---|---|---:|---|")
    for name in arguments.functions:
        function, space = FUNCTIONS[name]
        study = optuna_search(OPTUNA["random"](1), function, space, arguments.importance_trials)
        theirs = optuna.importance.get_param_importances(
            study, evaluator=optuna.importance.PedAnovaImportanceEvaluator()
        )
        trials = [
            {"number": t.number, "assignment": t.params, "state": "complete", "values": [t.value]} for t in study.trials
        ]
        ours = tool.importance(space, trials)
        gap = max(abs(ours.get(k, 0) - theirs.get(k, 0)) for k in set(ours) | set(theirs))
        # Shares that differ by rounding only may come in either order.
        same = gap < 1e-6 or list(ours) == list(theirs)
        fine = fine and same

        def words(shares):
            return ", ".join(f"{k} {v:.3f}" for k, v in shares.items())

        say(f"| {name} | {words(ours)} | {words(theirs)} | {gap:.1e} | {'yes' if same else 'NO'} |")
    return fine


def main():
    parser = argparse.ArgumentParser(description="Compares the project's samplers with Optuna's.")
    parser.add_argument("--tool", default=str(ROOT / ".build/release/SamplerTrials"))
    parser.add_argument("--budget", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--functions", nargs="+", choices=list(FUNCTIONS), default=list(FUNCTIONS))
    parser.add_argument("--importance-trials", type=int, default=200)
    parser.add_argument("--output", type=pathlib.Path)
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    lines = []

    def say(line):
        print(line, flush=True)
        lines.append(line)

    say(f"Optuna {optuna.__version__}.\n")
    tool = Tool(arguments.tool)
    searches = compare_searches(tool, arguments, say)
    importances = compare_importances(tool, arguments, say)
    say(f"\nVerdict: {'all fine' if searches and importances else 'NOT fine'}.")
    if arguments.output:
        arguments.output.write_text("\n".join(lines) + "\n")
    sys.exit(0 if searches and importances else 1)


if __name__ == "__main__":
    main()
