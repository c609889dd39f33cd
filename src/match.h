/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Does one of these records match this peer? The only place in libdance that says ALLOW. */

#pragma once

#include "peer.h"
#include "tlsa.h"

/* The usages that count with these options, as DANCE_ bits. */
unsigned match_usages(const struct dance_options *options);

/* Tries the records in their order, which is that of their strength; one match is enough
 * (RFC 6698 4.1). `name` is the name that a certificate must contain where the usage asks for
 * one (RFC 7671 10.2); NULL then proves nothing. Fills the result; returns ALLOW,
 * DENY_UNUSABLE, DENY_MISMATCH, DENY_CHAIN or FAIL_INTERNAL. */
enum dance_verdict match_peer(struct peer *peer, const struct name *name,
	const struct tlsa_set *set, const struct dance_options *options,
	struct dance_result *result);
