/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A front's list of protocols, in which the first is preferred (RFC 7301 3.2). */

#include "alpn.h"

#include <string.h>

/* Each is an octet of its length, and as many octets. */
static const unsigned char *find(const unsigned char *offered, unsigned size,
	const char *protocol)
{
	size_t wanted = strlen(protocol);
	for (unsigned at = 0; at < size; at += 1u + offered[at]) {
		if (offered[at] == wanted && size - at > wanted &&
			memcmp(offered + at + 1, protocol, wanted) == 0) {
			return offered + at;
		}
	}
	return NULL;
}

static int choose(SSL *ssl, const unsigned char **out, unsigned char *out_size,
	const unsigned char *offered, unsigned size, void *arg)
{
	const struct conf_front *conf = arg;
	(void)ssl;
	for (size_t i = 0; i < conf->alpn_count; i++) {
		const unsigned char *found = find(offered, size, conf->alpn[i]);
		if (found != NULL) {
			*out = found + 1;
			*out_size = found[0];
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void alpn_choose_from(SSL_CTX *tls, const struct conf_front *conf)
{
	if (conf->alpn_count > 0) {
		/* OpenSSL's argument is not const; choose() takes it as such. */
		SSL_CTX_set_alpn_select_cb(tls, choose, (void *)(uintptr_t)conf);
	}
}
