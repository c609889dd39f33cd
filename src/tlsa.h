/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A TLSA record set: what of it can be used. Knows nothing of peers and of DNS. */

#pragma once

#include "peer_limits.h"

enum tlsa_usage {
	TLSA_PKIX_TA = 0,
	TLSA_PKIX_EE = 1,
	TLSA_DANE_TA = 2,
	TLSA_DANE_EE = 3,
	TLSA_USAGE_COUNT
};

enum tlsa_selector {
	TLSA_CERTIFICATE = 0,
	TLSA_SPKI = 1,
	TLSA_SELECTOR_COUNT
};

enum tlsa_matching {
	TLSA_FULL = 0,
	TLSA_SHA256 = 1,
	TLSA_SHA512 = 2,
	TLSA_MATCHING_COUNT
};

#define TLSA_SHA256_SIZE 32
#define TLSA_SHA512_SIZE 64

/* The usable records of one owner name after digest agility, each once, in an order of
 * ours: the strongest statement first, usage 3, 2, 1, 0. Immutable. */
struct tlsa_set {
	size_t count;
	bool too_many;               /* records were there, so none counts */
	struct dance_tlsa records[]; /* their data lies behind them */
};

/* RFC 6698 4.1: are usage, selector and matching type known, has a digest its length and
 * is full data one certificate or one SPKI? */
bool tlsa_is_usable(const struct dance_tlsa *record);

/* Keeps the usable records that digest agility keeps (RFC 7671 9). A set of none is a set
 * too. NULL when out of memory. The caller frees it with free(). */
struct tlsa_set *tlsa_set_new(const struct dance_tlsa *records, size_t count);
