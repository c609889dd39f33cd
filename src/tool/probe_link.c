/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Connections by dance-front's streams, with deadlines, and with an eye on alerts and on what
 * a CertificateRequest asks for. */

#include "probe_link.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

#include "dance_openssl.h"
#include "monotonic.h"
#include "verdict.h"

static struct link *link_of(const SSL *ssl)
{
	return SSL_get_app_data(ssl);
}

/* Of the alerts, those that say why; closure alerts say only that it is over (RFC 8446
 * 6.1). */
static void on_info(const SSL *ssl, int where, int value)
{
	int number = value & 0xff;
	if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT &&
		number != SSL_AD_CLOSE_NOTIFY && number != SSL_AD_USER_CANCELLED) {
		link_of(ssl)->alert = number;
	}
}

/* Called when the server has asked for a certificate. */
static int on_request(SSL *ssl, void *arg)
{
	(void)arg;
	link_of(ssl)->asks_certificate = true;
	return 1;
}

/* The server asks for a name, in its CertificateRequest (draft 7). */
static int on_question(SSL *ssl, unsigned type, unsigned context, const unsigned char *in,
	size_t size, X509 *certificate, size_t entry, int *alert, void *arg)
{
	(void)type;
	(void)context;
	(void)in;
	(void)size;
	(void)certificate;
	(void)entry;
	(void)alert;
	(void)arg;
	link_of(ssl)->asks_name = true;
	return 1;
}

SSL_CTX *link_anonymous(void)
{
	static const unsigned char types[] = { TLSEXT_cert_type_x509,
		TLSEXT_cert_type_rpk };
	static const unsigned char dot[] = { 3, 'd', 'o', 't' };
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	/* SSL_CTX_set_alpn_protos() is zero when it did what it was asked for. */
	if (ctx == NULL || !SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) ||
		!SSL_CTX_set1_server_cert_type(ctx, types, sizeof(types)) ||
		SSL_CTX_set_alpn_protos(ctx, dot, sizeof(dot)) != 0 ||
		!SSL_CTX_add_custom_ext(ctx, DANCE_OPENSSL_EXTENSION,
			SSL_EXT_TLS1_3_ONLY | SSL_EXT_TLS1_3_CERTIFICATE_REQUEST, NULL,
			NULL, NULL, on_question, NULL)) {
		SSL_CTX_free(ctx);
		ERR_clear_error();
		return NULL;
	}
	SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
	return ctx;
}

int link_open(struct link *link, const struct probe_address *address, unsigned timeout_ms)
{
	*link = LINK_NONE;
	int fd = stream_connect((const struct sockaddr *)&address->socket, address->size,
		NULL, 0);
	if (fd < 0) {
		return errno;
	}
	link->stream.fd = fd;
	return stream_connected(fd, monotonic_ms() + timeout_ms);
}

bool link_secure(struct link *link, SSL_CTX *ctx, const char *host, unsigned timeout_ms)
{
	int64_t deadline = monotonic_ms() + timeout_ms;
	if (!stream_secure(&link->stream, ctx)) {
		(void)snprintf(link->why, sizeof(link->why), "out of memory");
		return false;
	}
	SSL *ssl = link->stream.ssl;
	SSL_set_app_data(ssl, link);
	SSL_set_info_callback(ssl, on_info);
	SSL_set_cert_cb(ssl, on_request, NULL);
	char name[DANCE_NAME_SIZE]; /* OpenSSL's macro wants no const */
	(void)snprintf(name, sizeof(name), "%s", host);
	if (*name != '\0' && SSL_set_tlsext_host_name(ssl, name) != 1) {
		(void)snprintf(link->why, sizeof(link->why), "out of memory");
		return false;
	}
	SSL_set_connect_state(ssl);
	if (!stream_handshake(&link->stream, deadline, link->why, sizeof(link->why))) {
		link->timed_out = monotonic_ms() >= deadline;
		result_make_printable(link->why);
		return false;
	}
	return true;
}

bool link_has_dot(const struct link *link)
{
	const unsigned char *alpn;
	unsigned size;
	SSL_get0_alpn_selected(link->stream.ssl, &alpn, &size);
	return size == 3 && memcmp(alpn, "dot", 3) == 0;
}

bool link_send(struct link *link, const uint8_t *message, size_t size, unsigned timeout_ms)
{
	uint8_t octets[2 + LINK_MESSAGE_MAX];
	int64_t deadline = monotonic_ms() + timeout_ms;
	if (size > LINK_MESSAGE_MAX) {
		return false;
	}
	octets[0] = (uint8_t)(size >> 8);
	octets[1] = (uint8_t)size;
	memcpy(octets + 2, message, size);
	bool sent = stream_put(&link->stream, octets, 2 + size, deadline);
	link->timed_out = !sent && monotonic_ms() >= deadline;
	return sent;
}

size_t link_receive(struct link *link, uint8_t message[UINT16_MAX], int64_t deadline)
{
	uint8_t length[2];
	link->timed_out = false;
	if (stream_get(&link->stream, length, sizeof(length), deadline)) {
		size_t size = (size_t)length[0] << 8 | length[1];
		if (stream_get(&link->stream, message, size, deadline)) {
			return size;
		}
	}
	link->timed_out = monotonic_ms() >= deadline;
	ERR_clear_error();
	return 0;
}

void link_close(struct link *link)
{
	stream_close(&link->stream);
}
