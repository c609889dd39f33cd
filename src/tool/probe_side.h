/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What DNS says of the server, and of us: by the core's own lookup and judgement. */

#pragma once

#include "probe.h"

/* Judges what the server has shown, or says why it cannot. Its line is that of PROBE_SERVER. */
void probe_judge_server(struct probe *probe, const struct dance_peer *shown);

/* Judges what we would show; NULL: there is nothing. Its line is that of PROBE_CLIENT. */
void probe_judge_client(struct probe *probe, const struct dance_peer *shown);
