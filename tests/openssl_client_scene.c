/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What openssl_client_scene.h promises. */

#include "openssl_client_scene.h"

#include <string.h>

static const struct alternative_name host_names[] = { DNS("host.example"), DNS(HOST),
	DNS("f*.part.example"), DNS("*.wild.example") };
struct credential host, other, authority, issued, common, mine;
const struct tls_word asked = { "", 1, 0 };

struct dance_roster *roster, *clients;
SSL_CTX *server, *client;
struct tls_pair pair;
struct dance_result result = { .size = sizeof(result) };
struct dance_openssl_options options = { .size = sizeof(options) };

const struct fixture fixtures[] = {
	{ &host, { .key = KEY_P256, .expired = true } },
	{ &other, { .key = KEY_P256 } },
	{ &authority, { .key = KEY_P256, .common_name = "authority", .authority = true } },
	{ &issued,
		{ .key = KEY_ED25519,
			.issuer = &authority,
			.common_name = "issued",
			.names = host_names,
			.name_count = ROWS(host_names) } },
	{ &common,
		{ .key = KEY_ED25519,
			.issuer = &authority,
			.common_name = "host.example" } },
	{ &mine, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

int begin_scene(void **state)
{
	int wrong = scene_begin(state);
	publish(HOST, 60, &host);
	publish(NAME, 60, &mine);
	roster = NULL;
	clients = roster_of(NAME, NULL);
	options = (struct dance_openssl_options){
		.size = sizeof(struct dance_openssl_options), .server_name = HOST
	};
	return wrong;
}

int end_scene(void **state)
{
	SSL_CTX_free(server);
	SSL_CTX_free(client);
	server = client = NULL;
	dance_roster_free(roster);
	dance_roster_free(clients);
	return scene_end(state);
}

void arm(const struct credential *own, bool raw_key)
{
	const unsigned char *at = authority.whole[TLSA_CERTIFICATE].data;
	X509 *anchor = d2i_X509(NULL, &at, (long)authority.whole[TLSA_CERTIFICATE].size);
	dance_roster_free(roster);
	roster = roster_of(HOST,
		&(struct dance_options){
			.size = sizeof(struct dance_options), .role = DANCE_SERVER });
	options.roster = roster;
	SSL_CTX_free(client);
	client = tls_new(own, NULL);
	assert_true(X509_STORE_add_cert(SSL_CTX_get_cert_store(client), anchor));
	X509_free(anchor);
	assert_true(dance_openssl_arm_client(client, &options, raw_key));
	assert_int_equal(ERR_peek_error(), 0);
}

void serve(const struct credential *own, const struct credential *above)
{
	SSL_CTX_free(server);
	server = tls_new(own, above);
}

void verdict_is(const char *row, enum dance_verdict verdict)
{
	check_row(row, dance_openssl_server_verdict(pair.client.ssl, &result), verdict);
	check_row(row, result.verdict, verdict);
	check_row(row, dance_openssl_server_verdict(pair.client.ssl, NULL), verdict);
}

void refuses(const char *row, enum dance_verdict verdict)
{
	check_true(row, !tls_connect(&pair, client, server));
	if (pair.client.alert != SSL_AD_HANDSHAKE_FAILURE) {
		fail_msg("%s: alert %d", row, pair.client.alert);
	}
	verdict_is(row, verdict);
	assert_int_equal(SSL_get_verify_result(pair.client.ssl),
		X509_V_ERR_APPLICATION_VERIFICATION);
	tls_end(&pair);
}

void shows(enum dance_verdict verdict, const char *name, bool raw_key)
{
	struct dance_result why = { .size = sizeof(why) };
	serve(&host, NULL);
	assert_true(dance_openssl_arm_server(server, NULL));
	assert_true(tls_connect(&pair, client, server));
	verdict_is("server", DANCE_ALLOW);
	check_verdict(dance_openssl_verify(pair.server.ssl, clients, &result), verdict);
	struct dance_openssl_peer *peer = dance_openssl_peer_new(pair.server.ssl, &why);
	if (verdict == DANCE_ALLOW) {
		const struct dance_peer *shown = dance_openssl_peer_shown(peer);
		size_t size = name != NULL ? strlen(name) : 0;
		assert_int_equal(shown->raw_key, raw_key);
		assert_int_equal(shown->client_id_size, size);
		assert_memory_equal(shown->client_id != NULL ? shown->client_id : "",
			name != NULL ? name : "", size);
	}
	dance_openssl_peer_free(peer);
	tls_end(&pair);
}
