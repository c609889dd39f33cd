/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Does one of these records match this peer? The only place that says ALLOW. */

#pragma once

#include "peer.h"
#include "tlsa.h"

/* What dance_options.usages means when it is 0. */
#define MATCH_USAGES_DEFAULT (DANCE_DANE_TA | DANCE_DANE_EE)

/* Does this DANE-EE record match the leaf, name, dates and chain not looked at (RFC 7671
 * 5.1)? A raw key matches SPKI records only (RFC 7671 5.1, draft 9). */
bool match_end_entity(struct peer *peer, const struct dance_tlsa *record);

/* Tries the records in their order, which is that of their strength; one match is enough
 * (RFC 6698 4.1). Fills the result; returns ALLOW, DENY_UNUSABLE or DENY_MISMATCH. */
enum dance_verdict match_peer(struct peer *peer, const struct tlsa_set *set,
	const struct dance_options *options, struct dance_result *result);
