/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Name constraints (RFC 5280 4.2.1.10): may a certificate below an issuer contain its names?
 * Knows one issuer and one certificate; path_check.c knows which certificates are below, and which
 * of them are exempt. */

#pragma once

#include "dance.h"
#include "work.h"

/* What of a certificate an issuer's constraints do not permit, or what of either cannot be
 * understood; NULL: nothing. `constraints` and `alternative_names` are the values of the
 * extensions, the latter with data NULL if there is none, `subject` is a whole Name. Also not
 * permitted: what would cost more work than is left. */
const char *constraint_fault(struct dance_octets constraints, struct dance_octets subject,
	struct dance_octets alternative_names, struct work *work);
