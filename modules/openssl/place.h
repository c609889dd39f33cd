/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Where OpenSSL's objects keep ours. Frees ours with them; knows nothing of what they are. */

#pragma once

enum place {
	PLACE_OPTIONS,   /* in an SSL_CTX */
	PLACE_HANDSHAKE, /* in an SSL */
};

/* The index for SSL_CTX_get_ex_data() or SSL_get_ex_data(); -1 if OpenSSL has none for us. */
int place_of(enum place place);
