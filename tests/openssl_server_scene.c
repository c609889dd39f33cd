/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What openssl_server_scene.h promises. */

#include "openssl_server_scene.h"

static const struct alternative_name names[] = { DNS("a.example"), DNS("c.example") };
struct credential host, mine, other, authority, issued, expired;
const struct tls_word said = SAID("\x09" NAME), silence;

struct dance_roster *roster;
SSL_CTX *server, *client;
struct tls_pair pair;
struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &host, { .key = KEY_P256 } },
	{ &mine, { .key = KEY_ED25519, .expired = true } },
	{ &other, { .key = KEY_P256 } },
	{ &authority, { .key = KEY_P256, .common_name = "authority", .authority = true } },
	{ &issued,
		{ .key = KEY_ED25519,
			.issuer = &authority,
			.names = names,
			.name_count = ROWS(names) } },
	{ &expired,
		{ .key = KEY_ED25519,
			.issuer = &authority,
			.names = names,
			.name_count = ROWS(names),
			.expired = true } },
	{ NULL, { 0 } },
};

void arm(const struct dance_openssl_options *options)
{
	SSL_CTX_free(server);
	server = tls_new(&host, NULL);
	assert_true(dance_openssl_arm_server(server, options));
	assert_int_equal(ERR_peek_error(), 0);
}

int begin_scene(void **state)
{
	int wrong = scene_begin(state);
	publish(NAME, 60, &mine);
	roster = roster_of(NAME, NULL);
	arm(NULL);
	return wrong;
}

int end_scene(void **state)
{
	SSL_CTX_free(server);
	SSL_CTX_free(client);
	server = client = NULL;
	dance_roster_free(roster);
	return scene_end(state);
}

void come(const struct credential *own, const struct credential *above,
	const struct tls_word *word)
{
	SSL_CTX_free(client);
	client = tls_new(own, above);
	tls_say(client, DANCE_OPENSSL_EXTENSION, word);
}

void come_with_raw_key(const struct credential *own, const struct tls_word *word)
{
	come(own, NULL, word);
	tls_prefer_raw_keys(client);
}

void decides(enum dance_verdict verdict)
{
	assert_true(tls_connect(&pair, client, server));
	assert_int_equal(ERR_peek_error(), 0);
	check_verdict(dance_openssl_verify(pair.server.ssl, roster, &result), verdict);
	check_verdict(result.verdict, verdict);
	assert_int_equal(ERR_peek_error(), 0);
	tls_end(&pair);
}
