"""Values of preference losses, written straight from the formulas of the papers, one pair at a time, in plain Python floats.

Run it without arguments: it writes losses.json beside itself. It shares nothing with the C# that it checks.
"""

import json
import math
import pathlib
import random


def sigma(u):
    return 1 / (1 + math.exp(-u)) if u >= 0 else math.exp(u) / (1 + math.exp(u))


def logsig(u):
    return min(u, 0.0) - math.log1p(math.exp(-abs(u)))


class Pair:
    """One pair; lists of log-probabilities of tokens under the policy and the reference."""

    def __init__(self, chosen, rejected, ref_chosen, ref_rejected, certainty=(0.0, 0.0), gap=0.0):
        self.c, self.r, self.rc, self.rr, self.certainty, self.gap = chosen, rejected, ref_chosen, ref_rejected, certainty, gap
        self.sw, self.sl, self.rw, self.rl = sum(chosen), sum(rejected), sum(ref_chosen), sum(ref_rejected)
        self.nw, self.nl = len(chosen), len(rejected)
        self.rho_w, self.rho_l = self.sw - self.rw, self.sl - self.rl
        self.delta = self.rho_w - self.rho_l
        self.aw, self.al = self.sw / self.nw, self.sl / self.nl


def dpo(p, beta, labelSmoothing=0.0):
    u = beta * p.delta
    return -(1 - labelSmoothing) * logsig(u) - labelSmoothing * logsig(-u)


def robust(p, beta, labelSmoothing):
    clean, flipped = -logsig(beta * p.delta), -logsig(-beta * p.delta)
    return ((1 - labelSmoothing) * clean - labelSmoothing * flipped) / (1 - 2 * labelSmoothing)


def hinge(p, beta):
    return max(0.0, 1 - beta * p.delta)


def ipo(p, beta, perToken=0):
    h = p.rho_w / p.nw - p.rho_l / p.nl if perToken else p.delta
    return (h - 1 / (2 * beta)) ** 2


def ln_dpo(p, beta):
    return -logsig(beta / p.nw * p.rho_w - beta / p.nl * p.rho_l)


def cpo(p, beta, alpha):
    return -logsig(beta * p.sw - beta * p.sl) - alpha * p.aw


def simpo(p, beta, gamma):
    return -logsig(beta / p.nw * p.sw - beta / p.nl * p.sl - gamma)


def alphapo(p, beta, gamma, alpha):
    reward = lambda a: (1 - math.exp(a) ** (-alpha)) / alpha
    return -logsig(beta * reward(p.aw) - beta * reward(p.al) - gamma)


def orpo(p, **settings):
    odds = lambda a: math.exp(a) / (1 - math.exp(a))
    return -p.aw - settings["lambda"] * math.log(sigma(math.log(odds(p.aw) / odds(p.al))))


def exo(p, beta, labelSmoothing):
    q = (sigma(beta * p.delta), sigma(-beta * p.delta))
    target = (1 - labelSmoothing, labelSmoothing)
    return sum(a * (math.log(a) - math.log(b)) for a, b in zip(q, target))


def nca(p, beta):
    rw, rl = beta * p.rho_w, beta * p.rho_l
    return -(logsig(rw) + 0.5 * (logsig(-rw) + logsig(-rl)))


def bco(p, beta, delta=0.0):
    return -logsig(beta * p.rho_w - delta) - logsig(-(beta * p.rho_l - delta))


def sppo(p, beta):
    eta = 1 / beta
    return (p.rho_w - eta * (1 - 0.5)) ** 2 + (p.rho_l - eta * (0 - 0.5)) ** 2


def cal_dpo(p, beta):
    return -logsig(p.rho_w - p.rho_l) + (p.rho_w - 1 / (2 * beta)) ** 2 + (p.rho_l + 1 / (2 * beta)) ** 2


def dpop(p, beta, **settings):
    penalty = settings["lambda"] * max(0.0, p.rw - p.sw)
    return -logsig(beta * (p.rho_w - p.rho_l - penalty))


def ld_dpo(p, beta, alpha):
    shared = min(p.nw, p.nl)
    soft = lambda tokens: sum(tokens[:shared]) + alpha * sum(tokens[shared:])
    return -logsig(beta * (soft(p.c) - soft(p.rc)) - beta * (soft(p.r) - soft(p.rr)))


def r_dpo(p, beta, alpha):
    return -logsig(beta * p.delta + (alpha * p.nw - alpha * p.nl))


def wpo(p, beta):
    return math.exp(p.certainty[0]) * math.exp(p.certainty[1]) * -logsig(beta * p.delta)


def apo_zero(p, beta):
    return 1 - sigma(beta * p.rho_w) + sigma(beta * p.rho_l)


def apo_down(p, beta):
    return sigma(beta * p.rho_w) + 1 - sigma(beta * p.delta)


def discopop(p, beta, tau):
    rho = beta * p.delta
    mixture = 1 / (1 + math.exp(-rho / tau))
    return (1 - mixture) * math.log(1 + math.exp(-rho)) + mixture * math.exp(-rho)


def f_dpo(slope):
    return lambda p, beta, **settings: -logsig(beta * slope(math.exp(p.rho_w), **settings) - beta * slope(math.exp(p.rho_l), **settings))


def odpo(p, beta, alpha):
    return -logsig(beta * p.delta - alpha * p.gap)


def rebel(p, beta, alpha):
    return (beta * p.delta - alpha * p.gap) ** 2


def aot(pairs, beta, labelSmoothing, paired):
    if paired:
        upper, lower = sorted(p.sw - p.sl for p in pairs), sorted(p.rw - p.rl for p in pairs)
    else:
        upper, lower = sorted(p.rho_w for p in pairs), sorted(p.rho_l for p in pairs)
    return [-(1 - labelSmoothing) * logsig(beta * (a - b)) - labelSmoothing * logsig(-beta * (a - b)) for a, b in zip(upper, lower)]


SINGLE = {
    "dpo": (dpo, [{"beta": 0.1}, {"beta": 0.5}, {"beta": 0.3, "labelSmoothing": 0.2}]),
    "cdpo": (dpo, [{"beta": 0.1, "labelSmoothing": 0.1}, {"beta": 0.5, "labelSmoothing": 0.1}]),
    "robust-dpo": (robust, [{"beta": 0.1, "labelSmoothing": 0.1}, {"beta": 0.5, "labelSmoothing": 0.3}]),
    "hinge": (hinge, [{"beta": 0.1}, {"beta": 0.9}]),
    "ipo": (ipo, [{"beta": 0.1}, {"beta": 0.5}, {"beta": 0.1, "perToken": 1}, {"beta": 0.5, "perToken": 1}]),
    "ln-dpo": (ln_dpo, [{"beta": 2.0}, {"beta": 10.0}]),
    "cpo": (cpo, [{"beta": 0.1, "alpha": 1.0}, {"beta": 0.5, "alpha": 0.0}]),
    "simpo": (simpo, [{"beta": 2.0, "gamma": 0.5}, {"beta": 2.5, "gamma": 1.0}]),
    "alphapo": (alphapo, [{"beta": 2.0, "gamma": 0.5, "alpha": 0.25}, {"beta": 2.5, "gamma": 0.3, "alpha": -0.5}]),
    "orpo": (orpo, [{"lambda": 0.1}, {"lambda": 1.0}]),
    "exo": (exo, [{"beta": 0.1, "labelSmoothing": 0.001}, {"beta": 0.5, "labelSmoothing": 0.1}]),
    "nca": (nca, [{"beta": 0.1}, {"beta": 0.5}]),
    "bco": (bco, [{"beta": 0.1}, {"beta": 0.5}]),
    "bco-pair": (bco, [{"beta": 0.1, "delta": 0.3}, {"beta": 0.5, "delta": -0.2}]),
    "sppo": (sppo, [{"beta": 0.1}, {"beta": 0.5}]),
    "cal-dpo": (cal_dpo, [{"beta": 0.1}, {"beta": 0.5}]),
    "dpop": (dpop, [{"beta": 0.1, "lambda": 50.0}, {"beta": 0.3, "lambda": 0.7}]),
    "ld-dpo": (ld_dpo, [{"beta": 0.1, "alpha": 0.5}, {"beta": 0.5, "alpha": 0.0}]),
    "r-dpo": (r_dpo, [{"beta": 0.1, "alpha": 0.01}, {"beta": 0.5, "alpha": 0.2}]),
    "wpo": (wpo, [{"beta": 0.1}, {"beta": 0.5}]),
    "apo-zero": (apo_zero, [{"beta": 0.1}, {"beta": 0.5}]),
    "apo-down": (apo_down, [{"beta": 0.1}, {"beta": 0.5}]),
    "discopop": (discopop, [{"beta": 0.1, "tau": 0.05}, {"beta": 0.5, "tau": 1.0}]),
    "f-dpo-forward-kl": (f_dpo(lambda u: 1 - 1 / u), [{"beta": 0.1}, {"beta": 0.5}]),
    "f-dpo-js": (f_dpo(lambda u: math.log(2 * u / (1 + u))), [{"beta": 0.1}, {"beta": 0.5}]),
    "f-dpo-alpha": (f_dpo(lambda u, alpha: (1 - u ** -alpha) / alpha), [{"beta": 0.1, "alpha": 0.5}, {"beta": 0.5, "alpha": 0.2}]),
    "chi-po": (f_dpo(lambda u: u + math.log(u)), [{"beta": 0.1}, {"beta": 0.5}]),
    "odpo": (odpo, [{"beta": 0.1, "alpha": 1.0}, {"beta": 0.5, "alpha": 0.3}]),
    "rebel": (rebel, [{"beta": 0.1, "alpha": 1.0}, {"beta": 0.5, "alpha": 0.3}]),
}

BATCH = {"aot": True, "aot-unpaired": False}


# Single answers: (S, S_ref, n, z).

def kto(answers, mismatched, beta, desirableWeight=1.0, undesirableWeight=1.0):
    z0 = max(0.0, sum(mismatched) / len(mismatched)) if mismatched else 0.0
    good = lambda rho: desirableWeight * (1 - sigma(beta * (rho - z0)))
    bad = lambda rho: undesirableWeight * (1 - sigma(beta * (z0 - rho)))
    return [z * good(s - r) + (1 - z) * bad(s - r) for s, r, _, z in answers]


def bco_points(answers, _, beta):
    rewards = [beta * (s - r) for s, r, _, _ in answers]
    delta = sum(rewards) / len(rewards)
    return [-z * logsig(reward - delta) - (1 - z) * logsig(-(reward - delta)) for reward, (_, _, _, z) in zip(rewards, answers)]


def apo_points(answers, _, beta):
    return [z * (1 - sigma(beta * (s - r))) + (1 - z) * sigma(beta * (s - r)) for s, r, _, z in answers]


def point_dpo(answers, _, beta, shift=0.0, perToken=0):
    u = [beta * (s - r) / (n if perToken else 1) + shift for s, r, n, _ in answers]
    return [-z * logsig(each) - (1 - z) * logsig(-each) for each, (_, _, _, z) in zip(u, answers)]


def ulma_continuous(answers, _, beta, shift=0.0, perToken=0):
    return [(z - beta * (s - r) / (n if perToken else 1) - shift) ** 2 for s, r, n, z in answers]


def ulma(answers, _, beta, shift=0.0, perToken=1):
    """The mean over good answers and the mean over bad ones, added; as a list whose mean is that."""
    count, good = len(answers), sum(z for _, _, _, z in answers)
    each = []
    for s, r, n, z in answers:
        length = n if perToken else 1
        each.append((z * (-s / length) * count / good if good else 0.0) + ((1 - z) * -logsig(-beta * (s - r) / length - shift) * count / (count - good) if good < count else 0.0))
    return each


POINTS = {
    "kto": (kto, [{"beta": 0.1}, {"beta": 0.5, "desirableWeight": 1.3, "undesirableWeight": 0.8}]),
    "bco": (bco_points, [{"beta": 0.1}, {"beta": 0.5}]),
    "apo-zero": (apo_points, [{"beta": 0.1}, {"beta": 0.5}]),
    "point-dpo": (point_dpo, [{"beta": 0.1}, {"beta": 0.5, "shift": 0.2, "perToken": 1}]),
    "ulma": (ulma, [{"beta": 0.1}, {"beta": 0.5, "shift": -0.1, "perToken": 0}]),
    "ulma-continuous": (ulma_continuous, [{"beta": 0.1}, {"beta": 0.5, "shift": 0.2, "perToken": 1}]),
}


def hand_batch():
    return [Pair([-0.5, -0.7, -0.3], [-0.9, -1.1, -0.4, -0.6], [-0.6, -0.9, -0.4], [-0.6, -0.8, -0.5, -0.5], (-0.2, 0.1), 0.5)]


def random_batch(count):
    draw = random.Random(20260101)
    tokens = lambda n: [round(-draw.expovariate(1.2) - 0.01, 3) for _ in range(n)]
    pairs = []
    for _ in range(count):
        nw, nl = draw.randint(1, 9), draw.randint(1, 9)
        chosen, rejected = tokens(nw), tokens(nl)
        near = lambda given: [min(-0.001, round(each + draw.gauss(0, 0.4), 3)) for each in given]
        pairs.append(Pair(chosen, rejected, near(chosen), near(rejected), (round(draw.gauss(-0.3, 0.4), 3), round(draw.gauss(-0.3, 0.4), 3)), round(draw.uniform(-1, 2), 3)))
    return pairs


def columns(pairs):
    shared = lambda tokens, p: sum(tokens[:min(p.nw, p.nl)])
    return {
        "chosen": [p.sw for p in pairs], "rejected": [p.sl for p in pairs], "referenceChosen": [p.rw for p in pairs], "referenceRejected": [p.rl for p in pairs],
        "chosenLengths": [p.nw for p in pairs], "rejectedLengths": [p.nl for p in pairs],
        "chosenShared": [shared(p.c, p) for p in pairs], "rejectedShared": [shared(p.r, p) for p in pairs],
        "referenceChosenShared": [shared(p.rc, p) for p in pairs], "referenceRejectedShared": [shared(p.rr, p) for p in pairs],
        "chosenCertainty": [p.certainty[0] for p in pairs], "rejectedCertainty": [p.certainty[1] for p in pairs], "gaps": [p.gap for p in pairs],
    }


def cases():
    for batch, pairs in (("H1", hand_batch()), ("random", random_batch(6))):
        for name, (loss, all_settings) in SINGLE.items():
            for settings in all_settings:
                yield {"batch": batch, "name": name, "settings": settings, "perPair": [loss(p, **settings) for p in pairs]}
        for name, paired in BATCH.items():
            for settings in ({"beta": 0.1, "labelSmoothing": 0.0}, {"beta": 0.5, "labelSmoothing": 0.2}):
                yield {"batch": batch, "name": name, "settings": settings, "perPair": aot(pairs, **settings, paired=paired)}


def point_cases():
    draw = random.Random(7)
    flags = [(round(-draw.expovariate(0.2), 3), round(-draw.expovariate(0.2), 3), draw.randint(1, 9), z) for z in (1, 0, 1, 1, 0)]
    ratings = [(s, r, n, z) for (s, r, n, _), z in zip(flags, (0.9, 0.1, 0.5, 1.0, 0.25))]
    hand = [(-1.5, -1.9, 3, 1), (-3.0, -2.4, 4, 0)]
    for batch, answers, mismatched in (("H1", hand, []), ("H1 with z0", hand, [0.5, -0.1]), ("flags", flags, [-2.0, 0.5]), ("ratings", ratings, [1.5, 0.2, 0.1]), ("good alone", [each for each in flags if each[3] == 1], [])):
        for name, (loss, all_settings) in POINTS.items():
            for settings in all_settings:
                yield {"batch": batch, "name": name, "settings": settings, "policy": [a[0] for a in answers], "reference": [a[1] for a in answers], "lengths": [a[2] for a in answers],
                       "labels": [a[3] for a in answers], "mismatched": mismatched, "perAnswer": loss(answers, mismatched, **settings)}


if __name__ == "__main__":
    made = {"batches": {"H1": columns(hand_batch()), "random": columns(random_batch(6))}, "pairs": list(cases()), "points": list(point_cases())}
    pathlib.Path(__file__).with_name("losses.json").write_text(json.dumps(made, indent=1) + "\n")
