/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which protocol is chosen of those that a client offers, in handshakes over memory. */

#include "alpn.h"
#include "check.h"
#include "keypair.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char key_path[] = "/tmp/test_front_alpn.XXXXXX";
static SSL_CTX *server_ctx, *client_ctx;

static int make(void **state)
{
	(void)state;
	int fd = mkstemp(key_path);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (file == NULL) {
		return -1;
	}
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	int written = PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
	EVP_PKEY_free(key);
	return fclose(file) == 0 && written == 1 ? 0 : -1;
}

static int clear(void **state)
{
	(void)state;
	return unlink(key_path);
}

static void begin(const struct conf_front *conf)
{
	char why[256];
	server_ctx = SSL_CTX_new(TLS_server_method());
	client_ctx = SSL_CTX_new(TLS_client_method());
	assert_non_null(server_ctx);
	assert_non_null(client_ctx);
	assert_true(keypair_load(server_ctx, NULL, key_path, why, sizeof(why)));
	alpn_choose_from(server_ctx, conf);
}

static void end(void)
{
	SSL_CTX_free(server_ctx);
	SSL_CTX_free(client_ctx);
	ERR_clear_error();
}

/* The end of a handshake of a client that offers this, as OpenSSL takes a list, or nothing:
 * which protocol was chosen ("" : none), or NULL if there was the alert. */
static const char *shake(const char *offered, size_t size)
{
	static char chosen[256];
	BIO *near, *far;
	SSL *server = SSL_new(server_ctx), *client = SSL_new(client_ctx);
	assert_int_equal(BIO_new_bio_pair(&near, 0, &far, 0), 1);
	SSL_set_bio(server, near, near);
	SSL_set_bio(client, far, far);
	SSL_set_accept_state(server);
	SSL_set_connect_state(client);
	assert_int_equal(SSL_set_alpn_protos(client, (const unsigned char *)offered,
				 (unsigned)size),
		0);
	bool alerted = false;
	for (unsigned i = 0; i < 8; i++) {
		(void)SSL_do_handshake(server);
		ERR_clear_error();
		alerted |= SSL_do_handshake(client) <= 0 &&
			ERR_GET_REASON(ERR_peek_error()) ==
				SSL_AD_REASON_OFFSET + SSL_AD_NO_APPLICATION_PROTOCOL;
		ERR_clear_error();
	}
	const unsigned char *protocol;
	unsigned length;
	SSL_get0_alpn_selected(client, &protocol, &length);
	snprintf(chosen, sizeof(chosen), "%.*s", (int)length, (const char *)protocol);
	bool finished = SSL_is_init_finished(client) && SSL_is_init_finished(server);
	assert_true(finished != alerted);
	SSL_free(server);
	SSL_free(client);
	return finished ? chosen : NULL;
}

struct row {
	const char *offered;
	size_t size;
	const char *chosen;
};

#define ROW(offered, chosen) { offered, sizeof(offered) - 1, chosen }

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char row[32];
		snprintf(row, sizeof(row), "row %zu", i);
		const char *chosen = shake(rows[i].offered, rows[i].size);
		check_true(row, (chosen == NULL) == (rows[i].chosen == NULL));
		check_true(row, chosen == NULL || strcmp(chosen, rows[i].chosen) == 0);
	}
}

static void the_first_of_the_list_is_chosen(void **state)
{
	(void)state;
	char *list[] = { "mqtt", "x-amzn-mqtt-ca", "a" };
	const struct conf_front conf = { .alpn = list, .alpn_count = ROWS(list) };
	static const struct row rows[] = {
		ROW("", ""),
		ROW("\4mqtt", "mqtt"),
		ROW("\1a\4mqtt", "mqtt"),
		ROW("\1a\x0ex-amzn-mqtt-ca", "x-amzn-mqtt-ca"),
		ROW("\1b\1a", "a"),
		ROW("\1b", NULL),
		ROW("\3mqt", NULL),
		ROW("\5mqtts", NULL),
		ROW("\4MQTT", NULL),
		ROW("\5\4mqtt", NULL), /* in a name, and none itself */
		ROW("\3dot\2h2", NULL),
	};
	begin(&conf);
	check_rows(rows, ROWS(rows));
	end();
}

/* What a client offers is its own business then. */
static void without_a_list_nothing_is_chosen(void **state)
{
	(void)state;
	const struct conf_front conf = { .alpn_count = 0 };
	static const struct row rows[] = {
		ROW("", ""),
		ROW("\4mqtt", ""),
		ROW("\1a\2h2", ""),
	};
	begin(&conf);
	check_rows(rows, ROWS(rows));
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_of_the_list_is_chosen),
		cmocka_unit_test(without_a_list_nothing_is_chosen),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
