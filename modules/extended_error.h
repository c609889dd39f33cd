/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What DNS answers tell of a verdict that is not ALLOW. Shared by all adapters that answer
 * in DNS, so that one table in the manuals is true of each. */

#pragma once

#include <libknot/consts.h>

#include "dance.h"

/* The text of an extended error is dance_verdict_text(); no verdict has a longer one. */
#define EXTENDED_ERROR_TEXT_MAX 120 /* octets */

/* The info-code of an extended DNS error (RFC 8914 4): Prohibited (18) if the verdict is proved.
 * What was not found out, and is of none of these kinds, is Other (0). */
static inline int extended_error(enum dance_verdict verdict)
{
	static const int failures[DANCE_FAIL_INTERNAL + 1] = {
		[DANCE_FAIL_BOGUS] = KNOT_EDNS_EDE_BOGUS,         /* 6 */
		[DANCE_FAIL_LOOKUP] = KNOT_EDNS_EDE_NREACH_AUTH,  /* 22 */
		[DANCE_FAIL_TIMEOUT] = KNOT_EDNS_EDE_NETWORK,     /* 23 */
		[DANCE_FAIL_NOT_READY] = KNOT_EDNS_EDE_NOT_READY, /* 14 */
	};
	if (dance_verdict_class(verdict) != DANCE_CLASS_FAIL) {
		return KNOT_EDNS_EDE_PROHIBITED;
	}
	return verdict <= DANCE_FAIL_INTERNAL ? failures[verdict] : KNOT_EDNS_EDE_OTHER;
}
