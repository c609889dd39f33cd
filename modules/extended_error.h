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

/* The info-code of an extended DNS error (RFC 8914 4). */
static inline int extended_error(enum dance_verdict verdict)
{
	switch (verdict) {
	case DANCE_FAIL_BOGUS:
		return KNOT_EDNS_EDE_BOGUS;
	case DANCE_FAIL_LOOKUP:
		return KNOT_EDNS_EDE_NREACH_AUTH;
	case DANCE_FAIL_TIMEOUT:
		return KNOT_EDNS_EDE_NETWORK;
	case DANCE_FAIL_NOT_READY:
		return KNOT_EDNS_EDE_NOT_READY;
	case DANCE_FAIL_INTERNAL:
		return KNOT_EDNS_EDE_OTHER;
	case DANCE_UNDECIDED:
	case DANCE_ALLOW:
	case DANCE_DENY_TRANSPORT:
	case DANCE_DENY_UNPROVEN:
	case DANCE_DENY_CREDENTIAL:
	case DANCE_DENY_NAME:
	case DANCE_DENY_NO_TLSA:
	case DANCE_DENY_INSECURE:
	case DANCE_DENY_UNUSABLE:
	case DANCE_DENY_MISMATCH:
	case DANCE_DENY_CHAIN:
	case DANCE_VERDICT_COUNT:
		break;
	}
	return KNOT_EDNS_EDE_PROHIBITED;
}
