/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A TLS client that puts what it is told to into the extension dane_clientid, right or
 * wrong, sends one DNS message, and prints what came of it. It judges nothing. Instead of a
 * message, "-" passes octets both ways between the server and standard input and output; what
 * came of it is then on standard error.
 *
 *	clientid_client ADDRESS PORT QUERY-IN-HEX|- [ITEM=VALUE...]
 *	  cert=FILE key=FILE   what it shows; without a key, nothing
 *	  raw=yes              the key as a raw public key (RFC 7250)
 *	  body=HEX             of the extension, in the entry of the certificate or key
 *	  entries=all|issuers  in those of all certificates, or of all but the first
 *	  alpn=NAME            other than dot; empty for none
 *	  version=1.2          at most that
 *	port=N outcome=answer|alert|closed alert=N version=TLSv1.3 shown=x509|raw asked=HEX
 *	answer=HEX
 */

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "dial.h"

#define EXTENSION 0xff42 /* as dance_openssl.h has it */
#define BODY_MAX 512
#define QUERY_MAX 4096
#define MESSAGE_MAX 65535

struct wish {
	const char *certificate;
	const char *key;
	const char *alpn;
	bool raw;
	bool own;     /* the body stands in the first entry */
	bool issuers; /* ... and in all others */
	bool old;
	uint8_t body[BODY_MAX];
	size_t body_size;
	bool has_body;
};

/* What the server did. */
static struct {
	int alert;
	bool asked;
	uint8_t question[BODY_MAX];
	size_t question_size;
} seen;

static void die(const char *what)
{
	fprintf(stderr, "clientid_client: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static size_t unhex(const char *hex, uint8_t *octets, size_t room)
{
	size_t size = strlen(hex) / 2;

	if (size > room) {
		die("that is too long");
	}
	for (size_t i = 0; i < size; i++) {
		unsigned octet;

		if (sscanf(hex + 2 * i, "%2x", &octet) != 1) {
			die("that is not hex");
		}
		octets[i] = (uint8_t)octet;
	}
	return size;
}

static void print_hex(FILE *out, const char *item, const uint8_t *octets, size_t size)
{
	fprintf(out, " %s=", item);
	for (size_t i = 0; i < size; i++) {
		fprintf(out, "%02x", octets[i]);
	}
}

static void wish_for(struct wish *wish, const char *argument)
{
	const char *value = strchr(argument, '=');

	if (value == NULL) {
		die("ITEM=VALUE");
	}
	value++;
	if (strncmp(argument, "cert=", 5) == 0) {
		wish->certificate = value;
	} else if (strncmp(argument, "key=", 4) == 0) {
		wish->key = value;
	} else if (strncmp(argument, "alpn=", 5) == 0) {
		wish->alpn = value;
	} else if (strncmp(argument, "body=", 5) == 0) {
		wish->body_size = unhex(value, wish->body, sizeof(wish->body));
		wish->has_body = true;
	} else if (strcmp(argument, "raw=yes") == 0) {
		wish->raw = true;
	} else if (strcmp(argument, "entries=all") == 0) {
		wish->issuers = true;
	} else if (strcmp(argument, "entries=issuers") == 0) {
		wish->issuers = true;
		wish->own = false;
	} else if (strcmp(argument, "version=1.2") == 0) {
		wish->old = true;
	} else {
		die(argument);
	}
}

static int say(SSL *ssl, unsigned type, unsigned context, const unsigned char **out,
	size_t *size, X509 *certificate, size_t entry, int *alert, void *arg)
{
	const struct wish *wish = arg;

	(void)ssl, (void)type, (void)context, (void)certificate, (void)alert;
	if (!wish->has_body || !(entry == 0 ? wish->own : wish->issuers)) {
		return 0;
	}
	*out = wish->body;
	*size = wish->body_size;
	return 1;
}

static int hear(SSL *ssl, unsigned type, unsigned context, const unsigned char *in,
	size_t size, X509 *certificate, size_t entry, int *alert, void *arg)
{
	(void)ssl, (void)type, (void)context, (void)certificate, (void)entry, (void)alert;
	(void)arg;
	seen.asked = true;
	seen.question_size = size < BODY_MAX ? size : BODY_MAX;
	memcpy(seen.question, in, seen.question_size);
	return 1;
}

static void notice_alert(const SSL *ssl, int where, int value)
{
	(void)ssl;
	if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && (value & 0xff) != 0) {
		seen.alert = value & 0xff;
	}
}

static SSL_CTX *make_context(struct wish *wish)
{
	static const unsigned char types[] = { TLSEXT_cert_type_rpk };
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	if (ctx == NULL ||
		!SSL_CTX_add_custom_ext(ctx, EXTENSION,
			SSL_EXT_TLS1_3_ONLY | SSL_EXT_TLS1_3_CERTIFICATE_REQUEST |
				SSL_EXT_TLS1_3_CERTIFICATE | SSL_EXT_TLS1_3_RAW_PUBLIC_KEY,
			say, NULL, wish, hear, NULL)) {
		die("preparing");
	}
	if (wish->old && !SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION)) {
		die("version");
	}
	if (wish->key != NULL && wish->certificate != NULL &&
		SSL_CTX_use_certificate_chain_file(ctx, wish->certificate) != 1) {
		die("certificate");
	}
	if (wish->key != NULL &&
		SSL_CTX_use_PrivateKey_file(ctx, wish->key, SSL_FILETYPE_PEM) != 1) {
		die("key");
	}
	if (wish->raw && !SSL_CTX_set1_client_cert_type(ctx, types, sizeof(types))) {
		die("raw key");
	}
	SSL_CTX_set_info_callback(ctx, notice_alert);
	return ctx;
}

static SSL *shake_hands(SSL_CTX *ctx, const struct wish *wish, int fd, bool *done)
{
	unsigned char alpn[256];
	size_t length = strlen(wish->alpn);
	SSL *ssl = SSL_new(ctx);

	if (ssl == NULL || !SSL_set_fd(ssl, fd) || length >= sizeof(alpn)) {
		die("preparing a connection");
	}
	alpn[0] = (unsigned char)length;
	memcpy(alpn + 1, wish->alpn, length);
	if (length > 0 && SSL_set_alpn_protos(ssl, alpn, (unsigned)length + 1) != 0) {
		die("ALPN");
	}
	*done = SSL_connect(ssl) == 1;
	return ssl;
}

static bool receive(SSL *ssl, uint8_t *into, size_t count)
{
	while (count > 0) {
		int got = SSL_read(ssl, into, (int)count);

		if (got <= 0) {
			return false;
		}
		into += got;
		count -= (size_t)got;
	}
	return true;
}

/* Sends a query, its length before it; how long the first message of the answer is. */
static size_t ask(SSL *ssl, const char *query_in_hex, uint8_t *message)
{
	uint8_t query[2 + QUERY_MAX];
	size_t size = unhex(query_in_hex, query + 2, QUERY_MAX);

	query[0] = (uint8_t)(size >> 8);
	query[1] = (uint8_t)size;
	if (SSL_write(ssl, query, (int)size + 2) <= 0 || !receive(ssl, message, 2)) {
		return 0;
	}
	size = (size_t)message[0] << 8 | message[1];
	return receive(ssl, message, size) ? size : 0;
}

/* What has come from the server, to standard output. False if no more will come. */
static bool pass_on(SSL *ssl, size_t *count)
{
	char octets[4096];
	int got = SSL_read(ssl, octets, sizeof(octets));

	if (got <= 0 || fwrite(octets, 1, (size_t)got, stdout) != (size_t)got ||
		fflush(stdout) != 0) {
		return false;
	}
	*count += (size_t)got;
	return true;
}

/* Until the server ends it: how many octets have come from there. */
static size_t pass_both_ways(SSL *ssl, int fd)
{
	struct pollfd ready[] = { { fd, POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 } };
	char octets[4096];
	size_t count = 0;

	while (poll(ready, 2, -1) >= 0) {
		do {
			if (ready[0].revents != 0 && !pass_on(ssl, &count)) {
				return count;
			}
		} while (SSL_pending(ssl) > 0);
		if (ready[1].revents != 0) {
			ssize_t got = read(STDIN_FILENO, octets, sizeof(octets));

			if (got <= 0) {
				(void)SSL_shutdown(ssl);
				ready[1].fd = -1;
			} else if (SSL_write(ssl, octets, (int)got) <= 0) {
				return count;
			}
		}
	}
	return count;
}

static void tell(FILE *out, SSL *ssl, uint16_t port, const uint8_t *message, size_t size)
{
	fprintf(out, "port=%u outcome=%s alert=%d version=%s shown=%s", port,
		size > 0                ? "answer" :
			seen.alert != 0 ? "alert" :
					  "closed",
		seen.alert, SSL_get_version(ssl),
		SSL_get_negotiated_client_cert_type(ssl) == TLSEXT_cert_type_rpk ? "raw" :
										   "x509");
	print_hex(out, "asked", seen.question, seen.asked ? seen.question_size : 0);
	print_hex(out, "answer", message, message != NULL ? size : 0);
	fprintf(out, "\n");
}

int main(int argc, char **argv)
{
	static uint8_t message[MESSAGE_MAX];
	struct wish wish = { .alpn = "dot", .own = true };
	size_t size = 0;
	uint16_t port;
	bool done;

	if (argc < 4) {
		fprintf(stderr,
			"usage: clientid_client ADDRESS PORT QUERY [ITEM=VALUE...]\n");
		return 2;
	}
	for (int i = 4; i < argc; i++) {
		wish_for(&wish, argv[i]);
	}
	SSL_CTX *ctx = make_context(&wish);
	int fd = dial(argv[1], (uint16_t)atoi(argv[2]), &port);
	SSL *ssl = shake_hands(ctx, &wish, fd, &done);

	/* A TLS 1.3 client's handshake is over before the server has looked at what it shows. */
	bool passes = strcmp(argv[3], "-") == 0;
	if (done) {
		size = passes ? pass_both_ways(ssl, fd) : ask(ssl, argv[3], message);
	}
	tell(passes ? stderr : stdout, ssl, port, passes ? NULL : message, size);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	close(fd);
	return 0;
}
