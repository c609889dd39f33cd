/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What DNS says of the client that a question is about, in libdance's vocabulary. */

#pragma once

#include "question.h"
#include "runtime.h"

/* Decides, and may wait for DNS (dance_verify()). First by the client's key among the listed names,
 * then by the name that its HELO claims. Fills `result`, which the log may show: of a stranger it
 * names no member. */
void decision_make(const struct ask *ask, const struct question *question,
	struct dance_result *result);
