#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Runs the proofs with CBMC and the models with Spin, some at a time. Of each proof there are three
# kinds of runs: the proof itself; one in which the end of the proof must be reached, so that what it
# assumes can hold at all; and one for each wrong/NAME-*.sed, in which a source is broken and the
# proof must fail. Of a model there is no second one: all of its states must be reached. The last
# line says how many passed and failed. ./dev prove and ./dev test proofs call it.

import argparse
import concurrent.futures
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import header
import model

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
FOLDERS = ("src", "modules")  # of the tree that is proved, a copy of which may be broken
INCLUDES = ("src", "modules", "modules/openssl", "modules/front", "modules/daemon", "modules/ask",
            "modules/knot")
MEMORY = 8 << 30  # octets for one run; its time is named in its header

DEFINES = ["-std=c11", "-D_GNU_SOURCE", "-DDANCE_PROOF"]
# What every proof looks for besides what it says itself.
CHECKS = ["--bounds-check", "--pointer-check", "--pointer-overflow-check",
          "--signed-overflow-check", "--conversion-check", "--undefined-shift-check",
          "--div-by-zero-check", "--unwinding-assertions"]
ALWAYS = ["--no-standard-checks", "--object-bits", "8", "--malloc-may-fail", "--malloc-fail-null",
          "--drop-unused-functions"]
END = "the end of the proof"  # proof.h
SUCCESS, FAILURE = 0, 10  # how cbmc ends


class Unable(Exception):
    """A run could not be made."""


def call(command, limit, folder=None):
    """How a program ends, what it says, and the seconds of a processor that it took."""
    def bound():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))

    with tempfile.TemporaryFile(mode="w+") as said:
        program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said,
                                   stderr=subprocess.STDOUT, preexec_fn=bound, cwd=folder)
        _, status, usage = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        took = usage.ru_utime + usage.ru_stime
        if took >= limit:
            return program.returncode, f"not finished after {limit} s of a processor", took
        said.seek(0)
        return program.returncode, said.read(), took


def edited(path, script):
    """Edits a file with a command, or the file, of sed, which must change it."""
    before = path.read_bytes()
    subprocess.run(["sed", "-i", "-E", *script, str(path)], check=True)
    if path.read_bytes() == before:
        raise Unable(f"{path.name} is as it was after the edit")


def tree(folder, proof, wrong):
    """A copy of the sources, as the proof wants them and then broken."""
    for name in FOLDERS:
        shutil.copytree(REPOSITORY / name, folder / name)
    if wrong is not None:
        edited(folder / wrong.file, ["-f", str(HERE / "wrong" / (wrong.name + ".sed"))])
    if proof.edit is not None:
        edited(folder / proof.edit[0], ["-e", proof.edit[1]])


def prove(proof, folder, wrong=None, reach=False):
    """Runs cbmc; its status, its output, and how long it took."""
    tree(folder, proof, wrong)
    program = folder / "proof.goto"
    includes = [word for name in INCLUDES for word in ("-I", str(folder / name))]
    compiled = call(["goto-cc", *DEFINES, *(["-DPROOF_REACH"] if reach else []), "-I", str(HERE),
                     *includes, "--function", "harness", "-o", str(program),
                     str(HERE / (proof.name + ".c")),
                     *(str(folder / name) for name in proof.sources)], proof.limit)
    if compiled[0] != 0:
        raise Unable("it does not compile:\n" + compiled[1])
    checks = [] if reach else [flag for flag in CHECKS if flag not in proof.without]
    if wrong is not None:
        checks = [flag for flag in checks if flag != "--unwinding-assertions"] + ["--stop-on-fail"]
    return call(["cbmc", str(program), "--function", "harness", *ALWAYS, *checks,
                 *proof.unwind, *proof.solver], proof.limit)


def failures(output):
    return [line for line in output.split("\n") if line.endswith(": FAILURE")]


def judge_proof(status, output):
    """Why the proof does not hold; None if it does."""
    if status == SUCCESS and "VERIFICATION SUCCESSFUL" in output:
        return None
    return "\n    ".join(failures(output)[:12] or output.strip().split("\n")[-8:])


def judge_reach(status, output):
    if status == FAILURE and any(END in line for line in failures(output)):
        return None
    return f"its end is not reached: {output.strip().splitlines()[-1:]}"


def judge_wrong(status, output):
    """The first failure is enough. A loop that is longer in a broken source tells nothing; what is
    read, written or said wrongly does."""
    _, violated, what = output.partition("Violated property:")
    if status == FAILURE and violated and "unwinding assertion" not in what:
        return None
    return ("the proof holds all the same" if status == SUCCESS else
            f"cbmc did not say so: {output.strip().splitlines()[-1:]}")


def search(a_model, folder, wrong=None):
    """Has Spin look at all states of a model; its status, its output, and how long it took."""
    copy = folder / (a_model.name + ".pml")
    shutil.copy(HERE / copy.name, copy)
    if wrong is not None:
        edited(copy, ["-f", str(HERE / "wrong" / (wrong.name + ".sed"))])
    took = 0
    for command in model.commands(copy):
        status, output, more = call(command, a_model.limit, folder)
        took += more
        if status != 0:
            raise Unable(f"{command[0]}: {output}")
    return status, output, took


def judge_model(a_model):
    text = (HERE / (a_model.name + ".pml")).read_text()
    return lambda status, output: model.judge(status, output, text)


class Run:
    """A run of a proof, or of a model."""

    def __init__(self, proof, sentence, judge, **how):
        self.proof, self.sentence, self.judge, self.how = proof, sentence, judge, how
        self.is_model = isinstance(proof, header.Model)

    def __call__(self):
        """What is wrong, None if nothing is, and what it took."""
        took, of = 0, ""
        with tempfile.TemporaryDirectory(prefix="dance-proof-") as folder:
            try:
                status, output, took = (search if self.is_model else prove)(
                    self.proof, pathlib.Path(folder), **self.how)
                fault = self.judge(status, output)
                of = f"{model.states(output)} states, " if self.is_model else ""
            except (Unable, subprocess.CalledProcessError) as unable:
                fault = str(unable)
        return fault, f"{of}{took:.1f} s"


def read_all():
    """The proofs and models by name, and what must fail."""
    proofs = {path.stem: header.read(header.Proof, path) for path in sorted(HERE.glob("*.c"))}
    for path in sorted(HERE.glob("*.pml")):
        if path.stem in proofs:
            raise header.Mistake(f"{path.name}: there is a proof of that name")
        proofs[path.stem] = header.read(header.Model, path)
    wrongs = [header.read(header.Wrong, path) for path in sorted(HERE.glob("wrong/*.sed"))]
    for wrong in wrongs:
        if wrong.proof not in proofs:
            raise header.Mistake(f"{wrong.name}.sed: there is no proof '{wrong.proof}'")
    for name in proofs:
        if all(wrong.proof != name for wrong in wrongs):
            raise header.Mistake(f"{name}: nothing in wrong/ makes it fail")
    return proofs, wrongs


def choose(proofs, wrongs, names, dear):
    """The runs of these proofs, or of all. A proof that is named has all of its runs."""
    for name in names:
        if name not in proofs:
            raise header.Mistake(f"there is no proof '{name}'; there are: {' '.join(proofs)}")
    for proof in proofs.values():
        if names and proof.name not in names:
            continue
        is_model = isinstance(proof, header.Model)
        yield Run(proof, f"{proof.name}: {proof.says}",
                  judge_model(proof) if is_model else judge_proof)
        if not is_model:
            yield Run(proof, f"{proof.name}: what it assumes can hold", judge_reach, reach=True)
        for wrong in wrongs:
            if wrong.proof == proof.name and (dear or names or wrong.cost == "cheap"):
                yield Run(proof, f"{wrong.name} fails: {wrong.says}",
                          model.judge_wrong if is_model else judge_wrong, wrong=wrong)


def without_tools(runs):
    """Those that can be made here; says which cannot, and why."""
    for tool, what, is_model in (("cbmc", "proofs", False), ("spin", "models", True)):
        if shutil.which(tool) is None:
            print(f"skipped: {what}: this Debian ({os.environ.get('DANCE_INSIDE', 'unknown')}) "
                  f"has no {tool}; ./dev proves with DANCE_SUITE=trixie")
            runs = [run for run in runs if run.is_model != is_model]
    return runs


def main():
    parser = argparse.ArgumentParser(prog="./dev prove", add_help=True)
    parser.add_argument("-j", dest="jobs", type=int, default=2, help="runs at a time (default: 2)")
    parser.add_argument("--all", action="store_true", help="also the wrong sources that are dear")
    parser.add_argument("name", nargs="*", help="only this proof, with all of its wrong sources")
    options = parser.parse_args()
    try:
        runs = list(choose(*read_all(), options.name, options.all))
    except header.Mistake as mistake:
        print(f"prove: {mistake}")
        print("0 passed, 1 failed")
        return 2
    print("ok every proof has its header, and something that must make it fail")
    runs = without_tools(runs)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        under_way = {pool.submit(run): run for run in runs}
        for done in concurrent.futures.as_completed(under_way):
            sentence = re.sub(r"\s+", " ", under_way[done].sentence)
            fault, took = done.result()
            failed += fault is not None
            print(f"ok {sentence} ({took})" if fault is None else
                  f"FAIL {sentence} ({took})\n    {fault}", flush=True)
    print(f"{1 + len(runs) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
