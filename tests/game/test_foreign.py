"""Files of another kind are called what they are, by their content, with what can be done."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest

from tests.game.texts import JUDGE
from tests.games import INSTANCES, ROOT
from verifier.errors import InstanceError
from verifier.game.foreign import not_a_table, what_it_is
from verifier.game.reader import load, parse
from verifier.game.rules_reader import load_menu, load_profile

RULES = 'format = 1\n[[rules]]\nagent = "prosecutor"\n[rules.signal]\n'
MENU = (INSTANCES / "menus/prosecutor.menu").read_text(encoding="utf-8")
CERTIFICATE = (ROOT / "proofs/certificates/classics/prosecutor.bayes.json").read_text("utf-8")
EFG = 'EFG 2 R "Leader and follower" { "Leader" "Follower" }\n""\np "" 1 1 "" { "S" "C" } 0\n'
NFG = 'NFG 1 R "x" { "a" "b" } { 2 2 }\n1 1 0 2 0 2 1 1\n'
CSV = "user,seller,critic\n1,2,0\n-1,1,-3\n"

TEXTS = {
    "efg": (EFG, "is a game in Gambit's extensive form, which is not read"),
    "nfg": (NFG, "is a game in Gambit's normal form, which is not read"),
    "certificate": (CERTIFICATE, "is a certificate: `verifier check FILE INSTANCE` has the kernel"),
    "comma": (CSV, "is a table of utilities: `verifier hull FILE` measures it"),
    "decimal commas": ("item;user;a\n1. x;0,5;0,25\ny;1;0,5\n", "is a table of utilities"),
    "tabs": ("item\tuser\ta\nx\t1,5\t2\n", "is a table of utilities"),
    "semicolon": (CSV.replace(",", ";"), "is a table of utilities"),
    "records": ('[{"user": 1, "a": 2}]', "is a table of utilities"),
    "json": (json.dumps({"format": 1, "states": ["a"]}), "is JSON, or like it; what this"),
    "python": ("{'states': ('a', 'b')}", "is JSON, or like it"),
    "html": ("<!DOCTYPE html>\n<p>x = 1</p>\n", "is HTML or XML"),
}
BYTES = {
    "parquet": (b"PAR1\x15\x04\xff", "is a Parquet file; it is a table of utilities"),
    "xlsx": (b"PK\x03\x04\xff", "is a workbook or another ZIP file: save a table as CSV"),
    "utf-16": (JUDGE.encode("utf-16"), "is UTF-16 text: save it as UTF-8"),
    "gzip": (b"\x1f\x8b\x08", "is compressed: unpack it first"),
}
FILES = {name: (text.encode(), says) for name, (text, says) in TEXTS.items()} | BYTES
TOML = {
    "instance": (JUDGE, "is an instance: `verifier verify FILE` verifies it"),
    "rules file": (RULES, "is a rules file: `verifier equilibria INSTANCE --rules FILE` judges it"),
    "menu file": (MENU, "is a menu file: `verifier equilibria INSTANCE --menu FILE` finds the"),
}
GAME = parse(JUDGE, "judge.toml")
READERS: dict[str, Callable[[Path], object]] = {
    "instance": load,
    "rules file": lambda path: load_profile(path, GAME),
    "menu file": lambda path: load_menu(path, GAME),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("wanted", READERS)
def test_a_file_that_is_no_toml_is_named(wanted: str, name: str, tmp_path: Path) -> None:
    content, says = FILES[name]
    path = tmp_path / "file.toml"
    path.write_bytes(content)
    with pytest.raises(InstanceError) as error:
        READERS[wanted](path)
    assert str(error.value).startswith(f"{path}: {says}")
    assert str(error.value).endswith(f"; expected a{'n' * (wanted == 'instance')} {wanted}")


@pytest.mark.parametrize(("wanted", "kind"), list(permutations(TOML, 2)))
def test_toml_of_another_kind_is_named(wanted: str, kind: str, tmp_path: Path) -> None:
    content, says = TOML[kind]
    path = tmp_path / "file"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InstanceError) as error:
        READERS[wanted](path)
    assert str(error.value).startswith(f"{path}: {says}")


@pytest.mark.parametrize("path", sorted(INSTANCES.rglob("*.toml")), ids=lambda path: path.stem)
def test_an_instance_is_taken_for_nothing_else(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert what_it_is(text) is None
    assert not_a_table(text) == f"{TOML['instance'][1]}"


@pytest.mark.parametrize("text", ["", "\n", "[user]\n", "a = 1, 2\nb = 1, 2\n", "# a, b\n# c, d\n"])
def test_what_may_be_toml_is_left_to_its_reader(text: str) -> None:
    assert what_it_is(text) is None


@pytest.mark.parametrize("text", [CSV, "format,EFG\n1,2\n", "format = ,a\n1,2\n", "EFG,NFG\n1,2\n"])
def test_a_table_is_a_table(text: str) -> None:
    assert not_a_table(text) is None
