/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Where this project decides otherwise than OpenSSL, and by which rule (tests/vectors has
 * the rules). */

#pragma once

#include "oracle.h"
#include "scenario.h"

/* May dance_judge() have come to this result, though OpenSSL judges the other way? Counts
 * the rule that says so. */
bool decided_otherwise(const struct scenario *scenario, struct oracle *oracle,
	const struct dance_result *result);

/* Where both agree: are both wrong by the rules? What is, or NULL. That OpenSSL says the same
 * proves nothing of what it does not look at. */
const char *decided_fault(const struct scenario *scenario, struct oracle *oracle,
	const struct dance_result *result, const struct oracle_opinion *opinion);

/* Prints each rule and how often it was needed. */
void decided_report(void);
