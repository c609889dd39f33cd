/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The CA certificates that the PKIX usages rely on. */

#pragma once

#include <gnutls/x509.h>

#include "dance.h"

struct dance_trust {
	gnutls_x509_crt_t *certificates;
	gnutls_datum_t *der; /* of each */
	unsigned count;
};
