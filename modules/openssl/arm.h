/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What arming a server's and a client's SSL_CTX have in common. */

#pragma once

#include "options.h"

/* How OpenSSL asks whether to go on with what the peer showed. */
typedef int arm_verify(X509_STORE_CTX *asked, void *options);

/* TLS 1.3 only; no session is kept; the extension; the peer's certificate or key is asked
 * for, and judged by `verify` alone. */
bool arm_both(SSL_CTX *ctx, struct options *options, arm_verify *verify, int mode);

/* For `verify`: the handshake is not to go on. The alert is handshake_failure (draft 12). */
int arm_refuse(X509_STORE_CTX *asked);

/* The SSL whose handshake it is. */
SSL *arm_ssl(const X509_STORE_CTX *asked);
