/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Judging a peer by given records: dance_judge(), the pure half of the decision. */

#pragma once

#include "dance.h"
#include "peer.h"

/* Notes the digest of the peer's key in a result. */
void judge_put_key(struct dance_result *result, struct peer *peer);
