/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The words for certificate usages in the configuration of every adapter (RFC 7218 2.1), as
 * libknot's schemas take them. */

#pragma once

#include <libknot/lookup.h>

#include "dance.h"

static const knot_lookup_t usage_words[] = {
	{ DANCE_PKIX_TA, "pkix-ta" },
	{ DANCE_PKIX_EE, "pkix-ee" },
	{ DANCE_DANE_TA, "dane-ta" },
	{ DANCE_DANE_EE, "dane-ee" },
	{ 0, NULL },
};
