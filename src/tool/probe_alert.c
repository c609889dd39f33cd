/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The alerts with which a primary may end a connection, by name and in plain words. */

#include "probe_alert.h"

#include <stddef.h>

/* clang-format off */
static const struct {
	int number;
	const char *name, *meaning;
} alerts[] = {
	{ 10, "unexpected_message", "did not understand the TLS messages" },
	{ 20, "bad_record_mac", "could not decrypt what it got" },
	{ 40, "handshake_failure", "does not accept the certificate or the name, or shares no TLS parameters with us" },
	{ 42, "bad_certificate", "does not accept the certificate" },
	{ 43, "unsupported_certificate", "does not accept this kind of certificate or key" },
	{ 44, "certificate_revoked", "says that the certificate was revoked" },
	{ 45, "certificate_expired", "says that the certificate has expired" },
	{ 46, "certificate_unknown", "does not accept the certificate" },
	{ 47, "illegal_parameter", "did not understand the TLS messages" },
	{ 48, "unknown_ca", "wants a certificate of a CA that it knows" },
	{ 49, "access_denied", "knows the certificate and does not permit it" },
	{ 50, "decode_error", "did not understand the TLS messages" },
	{ 51, "decrypt_error", "could not verify a signature of the handshake" },
	{ 70, "protocol_version", "does not speak our version of TLS" },
	{ 71, "insufficient_security", "wants stronger TLS parameters" },
	{ 80, "internal_error", "has a fault of its own" },
	{ 109, "missing_extension", "misses a TLS extension" },
	{ 110, "unsupported_extension", "does not accept a TLS extension" },
	{ 112, "unrecognized_name", "does not know the server name" },
	{ 116, "certificate_required", "wants a client certificate" },
	{ 120, "no_application_protocol", "does not accept the ALPN protocol 'dot'" },
};
/* clang-format on */

static size_t find(int alert)
{
	size_t at = 0;
	while (at < sizeof(alerts) / sizeof(alerts[0]) && alerts[at].number != alert) {
		at++;
	}
	return at;
}

const char *probe_alert_name(int alert)
{
	size_t at = find(alert);
	return at < sizeof(alerts) / sizeof(alerts[0]) ? alerts[at].name : "unknown";
}

const char *probe_alert_meaning(int alert)
{
	size_t at = find(alert);
	return at < sizeof(alerts) / sizeof(alerts[0]) ? alerts[at].meaning :
							 "gives no known reason";
}
