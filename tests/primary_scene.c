/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A primary by OpenSSL alone. */

#include "primary_scene.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "message.h"
#include "scene.h"
#include "tls.h"

struct primary_scene primary_scene;

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *size,
	const unsigned char *in, unsigned in_size, void *arg)
{
	(void)ssl;
	(void)in;
	(void)in_size;
	(void)arg;
	*out = (const unsigned char *)"dot";
	*size = 3;
	return primary_scene.manner == PRIMARY_SPEAKS_NO_DOT ? SSL_TLSEXT_ERR_NOACK :
							       SSL_TLSEXT_ERR_OK;
}

static bool take(SSL *ssl, uint8_t *octets, size_t size)
{
	for (size_t got = 0; size > 0; octets += got, size -= got) {
		if (SSL_read_ex(ssl, octets, size, &got) != 1) {
			return false;
		}
	}
	return true;
}

static void give_answer(SSL *ssl, uint16_t id)
{
	struct dns_message answer = dns_begin(id, 0x8000, DNS_SOA);
	dns_soa(&answer, 1, 7);
	while (primary_scene.manner == PRIMARY_ANSWERS_BIG && answer.size < 600) {
		dns_filling(&answer);
	}
	uint8_t octets[2 + sizeof(answer.octets)];
	size_t put;
	octets[0] = (uint8_t)(answer.size >> 8);
	octets[1] = (uint8_t)answer.size;
	memcpy(octets + 2, answer.octets, answer.size);
	(void)SSL_write_ex(ssl, octets, 2 + answer.size, &put);
}

static void leave(SSL *ssl)
{
	char octet;
	SSL_shutdown(ssl);
	while (recv(SSL_get_fd(ssl), &octet, 1, 0) > 0) {
	}
	atomic_fetch_add(&primary_scene.left, 1);
}

static void talk(SSL *ssl)
{
	uint8_t length[2], query[MESSAGE_MAX];
	while (take(ssl, length, sizeof(length)) &&
		take(ssl, query, (size_t)length[0] << 8 | length[1])) {
		atomic_fetch_add(&primary_scene.queries, 1);
		if (primary_scene.manner == PRIMARY_LEAVES) {
			return;
		}
		give_answer(ssl, (uint16_t)(query[0] << 8 | query[1]));
		if (primary_scene.manner == PRIMARY_ANSWERS_ONCE) {
			leave(ssl);
			return;
		}
	}
	SSL_shutdown(ssl);
}

static void *run(void *arg)
{
	SSL_CTX *ctx = arg;
	int fd;
	while ((fd = accept(primary_scene.listener, NULL, NULL)) >= 0) {
		struct tls_end seen = { .alert = -1 };
		SSL *ssl = SSL_new(ctx);
		be_patient(fd);
		atomic_fetch_add(&primary_scene.connections, 1);
		(void)SSL_set_app_data(ssl, &seen);
		SSL_set_fd(ssl, fd);
		if (primary_scene.manner != PRIMARY_SPEAKS_NO_TLS && SSL_accept(ssl) == 1) {
			talk(ssl);
		}
		SSL_free(ssl);
		ERR_clear_error();
		close(fd);
	}
	SSL_CTX_free(ctx);
	return NULL;
}

void primary_scene_begin(enum primary_manner manner)
{
	primary_scene.manner = manner;
	primary_scene.connections = primary_scene.queries = primary_scene.left = 0;
	primary_scene.listener = loopback_socket(SOCK_STREAM, &primary_scene.port);
	SSL_CTX *ctx = tls_new(&front_scene_other, NULL);
	SSL_CTX_set_alpn_select_cb(ctx, choose_alpn, NULL);
	assert_int_equal(pthread_create(&primary_scene.thread, NULL, run, ctx), 0);
}

void primary_scene_end(void)
{
	shutdown(primary_scene.listener, SHUT_RDWR);
	assert_int_equal(pthread_join(primary_scene.thread, NULL), 0);
	close(primary_scene.listener);
}

void primary_scene_publish(const struct credential *key)
{
	char owner[64];
	snprintf(owner, sizeof(owner), "_%u._tcp.p.example", primary_scene.port);
	if (key != NULL) {
		publish(owner, TTL, key);
	} else {
		answer(owner, RESOLVER_DENIED, TTL, NULL);
	}
}

void primary_scene_configure(const char *primaries, const char *more)
{
	char text[1024], only[32];
	snprintf(only, sizeof(only), "127.0.0.1@%u", primary_scene.port);
	snprintf(text, sizeof(text),
		"server:\n    handshake-timeout: %d\n"
		"dns:\n    timeout: 20\n"
		"client:\n  - id: out\n    listen: 127.0.0.1@5853\n    primary: %s\n"
		"    name: p.example\n    key-file: %s\n%s",
		PATIENCE_S, primaries != NULL ? primaries : only, front_scene_key_file(),
		more != NULL ? more : "");
	front_scene_install(text);
}
