/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The CA certificates that the PKIX usages rely on. */

#pragma once

#include <gnutls/gnutls.h>

#include "certificate.h"

struct dance_trust {
	struct certificate *certificates; /* hashed: nobody writes to them any more */
	gnutls_datum_t *der;              /* of each, owned */
	unsigned count;
};
