# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Which files decide who gets something: those of which `./dev mutate` and `./dev coverage` promise
# most. decision_files.txt lists them.

import pathlib


class Mistake(Exception):
    """A file that is listed and is not there."""


def read(repository):
    """Their names, from the project's folder."""
    lines = (pathlib.Path(repository) / "tests" / "decision_files.txt").read_text().split("\n")
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    for name in names:
        if not (pathlib.Path(repository) / name).is_file():
            raise Mistake(f"tests/decision_files.txt lists {name}, which is not there")
    return names
