/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The questions for the zone, each on a connection of its own. Each fills its answer and the
 * line of its step. */

#pragma once

#include <openssl/ssl.h>

#include "probe_target.h"

/* By us, over TLS, with an armed SSL_CTX (identity_armed()). False, with the line of PROBE_SERVER
 * instead, if the server is not proved: then it has seen nothing of ours. */
bool probe_zone_transfer(struct probe *probe, const struct probe_address *address,
	SSL_CTX *armed);

/* By somebody, over TLS, with an SSL_CTX that shows nothing. */
void probe_zone_without_certificate(struct probe *probe,
	const struct probe_address *address, SSL_CTX *anonymous);

/* By somebody, over plain TCP. */
void probe_zone_plainly(struct probe *probe, const struct probe_address *address);
