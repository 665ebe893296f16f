"""Lures and brands of the corpus: are those found that a mail has, and does honest mail have the callback shape?

Does: counts names found, missed and found without being there, of mail whose case names its lures and brands; and
  mail of any case that a rule for the shape of callback mail would hold for (docs/policy.md: a brand, two lures and
  a number, one of the words close to it).
Does not: read mail; score.py does.
"""
import collections

DISTANCE_MAX = 400   # as in the rule `callback-shape` of docs/policy.md
LURES_MIN, BRANDS_MIN = 2, 1


def has_shape(report: dict) -> bool:
    near = [hit for kind in ("lures", "brands") for hit in report[kind]
            if hit["distance"] is not None and hit["distance"] <= DISTANCE_MAX]
    return bool(report["numbers"] and near) and (len(report["lures"]) >= LURES_MIN
                                                 and len(report["brands"]) >= BRANDS_MIN)


class Words:
    def __init__(self):
        self.counts = {kind: collections.Counter() for kind in ("lures", "brands")}
        self.differences = []
        self.mails, self.honest, self.shaped, self.shaped_honest = 0, 0, 0, []
        self.judged = collections.Counter()

    def add(self, label: dict, report: dict, honest: bool) -> None:
        self.mails += 1
        self.honest += honest
        if has_shape(report):
            self.shaped += not honest
            if honest:
                self.shaped_honest.append(label["file"])
        if "lures" not in label and "brands" not in label:
            return
        self.judged["honest" if honest else "scam"] += 1
        for kind, count in self.counts.items():
            if kind not in label:
                continue
            want, found = set(label[kind]), {hit["name"] for hit in report[kind]}
            count.update(tp=len(want & found), fn=len(want - found), fp=len(found - want))
            self.differences += [f"{label['source']} {label['id']} {kind}: no {name}" for name in sorted(want - found)]
            self.differences += [f"{label['source']} {label['id']} {kind}: {name}, not there"
                                 for name in sorted(found - want)]

    def rates(self) -> dict:
        """As floors know them."""
        def part(count, other):
            return count["tp"] / (count["tp"] + count[other]) if count["tp"] + count[other] else 1.0
        out = {kind: {"recall": part(count, "fn"), "precision": part(count, "fp")}
               for kind, count in self.counts.items()}
        out["shape"] = {"honest mail without": 1 - len(self.shaped_honest) / max(1, self.honest)}
        return out

    def table(self) -> str:
        rates, lines = self.rates(), []
        for kind, count in self.counts.items():
            lines.append(f"  {kind:<24}{sum(self.judged.values()):>6}{count['tp']:>6}{count['fn']:>6}{count['fp']:>6}"
                         f"{rates[kind]['recall']:>9.4f}{rates[kind]['precision']:>11.4f}")
        lines.append(f"  judged for lures and brands: {self.judged['scam']} scams, {self.judged['honest']} honest; shape of "
                     f"callback mail: {self.shaped} of {self.mails - self.honest} scams, "
                     f"{len(self.shaped_honest)} of {self.honest} honest")
        return "\n".join(lines)
