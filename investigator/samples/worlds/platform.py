"""One platform for documents, drawn from a seed: how its parts are called, what they say, and who uses it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

HEX = "0123456789abcdef"
CUSTOMERS = (10, 18)


@dataclass(frozen=True, slots=True)
class Customer:
    """Who uploads documents; `place` is the tenant that they are kept under."""

    id: str
    place: str
    weight: float


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a document's way, and what is said there."""

    name: str
    role: str
    kind: str
    after: tuple[float, float]
    text: str


class Platform:
    """The names, texts and ids of one world; the same seed draws the same."""

    def __init__(self, told: dict[str, Any], dice: Random) -> None:
        self._dice = dice
        self.told = told
        self.names: dict[str, str] = {role: dice.choice(names) for role, names in told["names"].items()}
        self.columns: dict[str, str] = {name: dice.choice(names) for name, names in told["columns"].items()}
        self.steps = [
            Stage(
                step["name"],
                step["role"],
                step.get("kind", "log"),
                (step["after"][0], step["after"][1]),
                dice.choice(step["texts"]),
            )
            for step in told["steps"]
        ]
        self._ids, self._references = dice.choice(told["ids"]), dice.choice(told["references"])
        shape = dice.choice(told["customers"])
        numbers = dice.sample(range(1, 900), dice.randint(*CUSTOMERS))
        # Zipf: one customer in three or four uploads as much as all small ones together.
        self.customers = [
            Customer(shape["written"].format(n=n), shape["tenant"].format(n=n), 1 / (rank + 2))
            for rank, n in enumerate(numbers)
        ]
        self.kinds = {
            "document": self._ids["pattern"],
            "customer": shape["pattern"],
            "filing": self._references["pattern"],
        }
        #: Where documents end up that are filed under a tenant that is not theirs; one name in three looks like any.
        self.wrong = dice.choice(("staging", "shared-pool", shape["tenant"].format(n=0)))
        #: Some platforms keep a row for what is not indexed yet, others have none.
        self.keeps_pending = dice.random() < 0.6
        self._taken: set[str] = set()

    def document_id(self) -> str:
        """An id that no document has yet."""
        return self._fresh(str(self._ids["written"]))

    def reference(self) -> str:
        """A number under which nothing is filed yet."""
        return self._fresh(str(self._references["written"]))

    def digest(self) -> str:
        """A checksum of some content."""
        return f"{self._dice.getrandbits(160):040x}"

    def version(self) -> str:
        """A version of a part."""
        return f"{self._dice.randint(1, 9)}.{self._dice.randint(0, 20)}.{self._dice.randint(0, 9)}"

    def step(self, name: str) -> Stage:
        """A step by its name."""
        return next(step for step in self.steps if step.name == name)

    def _fresh(self, written: str) -> str:
        while True:
            made = written.format(
                short=self._dice.randint(1000, 99_999),
                long=f"{self._dice.randrange(10**7):07d}",
                six=f"{self._dice.randrange(10**6):06d}",
                digit=self._dice.randrange(10),
                **{f"hex{n}": "".join(self._dice.choices(HEX, k=n)) for n in (3, 4, 8, 9, 12)},
            )
            if made not in self._taken:
                self._taken.add(made)
                return made
