"""Instance files as texts, to be read whole and to be damaged."""

JUDGE = """\
format = 1
title = "A prosecutor persuades a judge"
states = ["innocent", "guilty"]
actions = ["acquit", "convict"]
prior = { innocent = "7/10", guilty = "3/10" }
[user]
utility = { acquit = { innocent = 1, guilty = 0 }, convict = { innocent = 0, guilty = 1 } }
[[agents]]
name = "prosecutor"
utility = { acquit = { innocent = 0, guilty = 0 }, convict = { innocent = 1, guilty = 1 } }
[[agents]]
name = "defence"
utility = { acquit = { innocent = 1, guilty = 1 }, convict = { innocent = 0, guilty = 0 } }
"""

TESTS = """\
format = 1
title = "A test that may err"
source = "none"
notes = "none"
states = ["ill", "well"]
actions = ["treat", "wait"]
user_observations = ["calm", "alarmed"]
agent_observations = ["negative", "unclear", "positive"]
joint = [
  ["alarmed", "positive", "ill", 0.25],
  ["calm", "negative", "well", "1/2"],
  ["calm", "unclear", "ill", 0],
  ["alarmed", "negative", "well", "1/4"],
]
[user]
utility = { treat = { ill = 1, well = -0.5 }, wait = { ill = 0, well = 0 } }
[[agents]]
name = "laboratory"
sees = [["positive"], ["unclear", "negative"]]
utility = { treat = { ill = 1, well = 1 }, wait = { ill = 0, well = 0 } }
[conversation]
rounds = 2
user_alphabet = 3
agent_alphabet = 4
[model]
ties = "favour-speaker"
quantal = { eta = 2.5, base = 7 }
[claim]
tolerance = 0.05
"""
