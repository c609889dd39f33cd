/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What arming a server's and a client's SSL_CTX have in common. */

#include "arm.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "clientid_extension.h"

/* An SSL_CTX for another protocol takes these versions for granted, or not at all. */
static bool set_version(SSL_CTX *ctx)
{
	if (!SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) ||
		!SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) ||
		SSL_CTX_get_min_proto_version(ctx) != TLS1_3_VERSION) {
		ERR_raise_data(ERR_LIB_SSL, ERR_R_PASSED_INVALID_ARGUMENT,
			"this SSL_CTX cannot speak TLS 1.3");
		return false;
	}
	return true;
}

bool arm_both(SSL_CTX *ctx, struct options *options, arm_verify *verify, int mode)
{
	/* Compressed certificates (RFC 8879) would only be one more thing to unpack for
	 * peers nobody knows yet. */
	SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RX_CERTIFICATE_COMPRESSION);
	(void)SSL_CTX_set_session_cache_mode(ctx,
		SSL_SESS_CACHE_OFF | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_set_verify(ctx, mode, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, verify, options);
	return set_version(ctx) && clientid_extension_add(ctx, options);
}

int arm_refuse(X509_STORE_CTX *asked)
{
	X509_STORE_CTX_set_error(asked, X509_V_ERR_APPLICATION_VERIFICATION);
	return 0;
}

SSL *arm_ssl(const X509_STORE_CTX *asked)
{
	return X509_STORE_CTX_get_ex_data(asked, SSL_get_ex_data_X509_STORE_CTX_idx());
}
