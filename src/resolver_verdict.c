/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the end of a lookup means for the peer that waits for it. Not in resolver.c, because tests
 * replace that file. */

#include "resolver.h"

enum dance_verdict resolver_verdict(enum resolver_outcome outcome)
{
	switch (outcome) {
	case RESOLVER_SECURE:
		return DANCE_UNDECIDED;
	case RESOLVER_DENIED:
		return DANCE_DENY_NO_TLSA;
	case RESOLVER_INSECURE:
		return DANCE_DENY_INSECURE;
	case RESOLVER_BOGUS:
		return DANCE_FAIL_BOGUS;
	case RESOLVER_FAILED:
		return DANCE_FAIL_LOOKUP;
	case RESOLVER_TIMEOUT:
		return DANCE_FAIL_TIMEOUT;
	case RESOLVER_NONE:
		break;
	}
	return DANCE_FAIL_NOT_READY;
}
