# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Metrics of a dance-ask, scraped from a UNIX socket while it is asked.

import os
import re

import scrape
from cases_ask_life import LineStage
from documents import REPOSITORY
from mail_stage import CUSTOMER, NAME
from stage import within

SUBSET = "ask"
STAGE = LineStage


@within(90)
def questions_make_their_own_series_grow(stage):
    judge = stage.for_lines()
    at = stage.path("metrics.socket")
    judge.text += f"server:\n    metrics: {at}\n"
    judge.reload()
    mta, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, mta.tlsa())
    stage.publish(f"_smtp-client.{CUSTOMER}", stranger.tlsa())
    stage.expect("a listed client", f"allow {NAME}",
                 stage.until(f"allow {NAME}", lambda: stage.answer(mta)))
    before = scrape.scrape(at)
    for certificate, words in ((mta, {}), (stranger, {"helo": CUSTOMER}), (stranger, {}),
                               (None, {}), (mta, {"tls": ""})):
        stage.answer(certificate, **words)
    stage.said("nonsense")
    after = scrape.scrape(at)
    for series, more in (
            (f'dance_questions_total{{ask="relay",dialect="line",identity="{NAME}",'
             'verdict="allow"}', 1),
            ('dance_questions_total{ask="relay",dialect="line",'
             'identity="*.customers.example.org",verdict="allow"}', 1),
            ('dance_questions_total{ask="relay",dialect="line",identity="",verdict="deny"}', 3),
            ('dance_verdicts_total{ask="relay",verdict="credential"}', 1),
            ('dance_verdicts_total{ask="relay",verdict="transport"}', 1),
            ('dance_questions_malformed_total{ask="relay"}', 1),
            ('dance_connections_total{ask="relay",result="accepted"}', 6)):
        seen = after.get(series, 0) - before.get(series, 0)
        stage.expect(series, str(more), f"{seen:.0f}")
    with open(os.path.join(REPOSITORY, "doc/dance-ask.8"), encoding="ascii") as page:
        listed = re.findall(r"^\.It Li (\w+)", page.read().partition(".Sh METRICS")[2], re.M)
    text = scrape.fetch(at, "text/plain")[2]
    stage.expect("the names", str(sorted(listed)),
                 sorted(set(re.findall(r"^# TYPE (\w+)", text, re.M))))
    stage.expect("promtool", "", scrape.linted(text))
    judge.text = judge.text.replace("level: debug", "level: debug\n    format: json")
    judge.reload(r'"what":"configuration reloaded"')
    stage.answer(mta)
    judge.wait_for(r'\{"time":"[^"]*Z","program":"dance-ask","level":"info","ask":"relay",'
                   rf'"what":"client allowed",.*"client":"{re.escape(NAME)}".*\}}$')
