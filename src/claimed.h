/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names that peers claim, and that nobody lists. Makes no lookups, and knows no threads: the
 * caller brings the lock, and wakes whoever looks up. */

#pragma once

#include "schedule.h"

/* What a claim has brought. */
struct claimed_news {
	bool scheduled; /* a lookup, as soon as possible */
	bool refresh;   /* one later on */
};

/* Under RCU, without the lock: the owner of a claimed name if something valid is known, and this is
 * not the first claim since. Else NULL. */
struct owner *claimed_warm(const struct schedule *schedule, const struct name *name);

/* The owner of a name that is claimed and that this suffix permits. One that is not known yet is
 * made, but nobody else sees it before there is a lookup for it: claims that are refused leave
 * nothing behind. NULL, with a reason, if it cannot be looked up; and without one if it is not
 * there and nothing is to be looked up (`quiet`). */
struct owner *claimed_owner(struct schedule *schedule, const struct name *name,
	const struct name *suffix, bool quiet, struct claimed_news *news, const char **why);
