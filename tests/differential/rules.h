/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What RFC 5280 and the rules of tests/vectors say of a path of plans, as far as OpenSSL says
 * otherwise. Goes by what was planned, never by an encoding. */

#pragma once

#include "scenario.h"

enum rule {
	RULE_NONE,
	RULE_KEY,
	RULE_DIGEST,
	RULE_ODD,
	RULE_NAMES,
	RULE_POLICY,
	RULE_COUNT
};

/* In words, for a report. */
extern const char *const rule_words[RULE_COUNT];

/* Which rule refuses the path, the leaf first? With `bare` a key above it is the anchor, else
 * the last certificate is. */
enum rule rule_of_path(const struct scenario *scenario, const size_t *path, size_t length,
	bool bare);

/* Do the constraints of one certificate let the names of another pass? */
bool rule_permits(const struct plan *issuer, const struct plan *below);

/* Is it an issuer of its own name (RFC 5280 3.3)? */
bool rule_is_self_issued(const struct plan *plan);
