"""An editor in the browser: an instance on the left, its verdicts, story and pictures beside it."""
