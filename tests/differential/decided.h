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

/* Prints each rule and how often it was needed. */
void decided_report(void);
