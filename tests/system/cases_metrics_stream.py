# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Metrics of streams: octets as they flow, and what becomes of a client that loses its record.

import scrape
from front import ADDRESS
from front_stage import NAME
from stage import within
from stream_peer import come
from stream_stage import StreamStage

SUBSET = "front"
STAGE = StreamStage


@within(90)
def streams_count_while_they_flow_and_when_they_are_cut(stage):
    peer, server = stage.known(), stage.server()
    at = stage.path("metrics.socket")
    judge = stage.judge(server, more={"server": {"metrics": at}})
    client, visit, _ = stage.joined(server, peer)
    stage.talk(client, visit)
    visit.say(b"x" * 1000)
    stage.expect("octets", "1000", sum(len(client.hear()) for _ in range(1)))
    for series, value in (
            ('dance_streams_total{front="mqtt"}', 1),
            ('dance_streams_open{front="mqtt"}', 1),
            ('dance_stream_octets_total{front="mqtt",identity="peer0",direction="received"}', 4),
            ('dance_stream_octets_total{front="mqtt",identity="peer0",direction="sent"}', 1004),
            ('dance_requests_total{front="mqtt",identity="peer0",type="stream",'
             'verdict="allow"}', 1)):
        _expect(stage, at, series, value)
    stage.expect("a stranger", "closed", come((ADDRESS, 8883), stage.certificate(NAME)))
    _expect(stage, at, 'dance_verdicts_total{front="mqtt",verdict="mismatch"}', 1)
    _expect(stage, at, 'dance_connections_total{front="mqtt",result="accepted"}', 2)
    stage.withdraw(NAME)
    judge.reload()
    _expect(stage, at, 'dance_streams_cut_total{front="mqtt"}', 1)
    _expect(stage, at, 'dance_streams_open{front="mqtt"}', 0)
    _expect(stage, at, 'dance_connections_open{front="mqtt"}', 0)
    _expect(stage, at, f'dance_records_state{{front="mqtt",name="{NAME}",state="absent"}}', 1)


def _expect(stage, at, series, value):
    stage.expect(series, str(value), stage.until(
        str(value), lambda: f"{scrape.scrape(at).get(series, -1):.0f}"))
