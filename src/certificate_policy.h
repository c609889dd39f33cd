/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Certificate policies of a path (RFC 5280 6.1, RFC 9618): is there a valid one where one is
 * required? Any policy will do (6.1.1 c), and nothing is required but by the certificates
 * themselves. Knows extensions, no certificates. */

#pragma once

#include "dance.h"
#include "work.h"

/* What one certificate says: the values of its extensions, data NULL where it has none. */
struct certificate_policy_step {
	struct dance_octets policies;    /* certificatePolicies (RFC 5280 4.2.1.4) */
	struct dance_octets mappings;    /* policyMappings (4.2.1.5) */
	struct dance_octets constraints; /* policyConstraints (4.2.1.11) */
	struct dance_octets inhibit_any; /* inhibitAnyPolicy (4.2.1.14) */
	bool self_issued;
	bool policies_critical;
};

/* What is wrong with the policies of a path, NULL if nothing is. steps[0] is the certificate
 * nearest to the anchor, the last one the leaf. With `anchored` steps[0] is the anchor's own:
 * no certificate of the path (RFC 5280 6.1), but its policies are those to begin with, and
 * what it requires and inhibits holds below it (RFC 5937 3.2). */
const char *certificate_policy_fault(const struct certificate_policy_step *steps,
	unsigned count, bool anchored, struct work *work);
