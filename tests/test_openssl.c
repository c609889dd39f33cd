/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A server that dance_openssl_arm_server() armed: who gets through its handshake, what ends it
 * and with which alert. What its client showed has test_openssl_shown.c. */

#include "handshake.h"
#include "openssl_server_scene.h"

#include <string.h>

/* It does not get through. */
static void refuses(const char *row, int alert)
{
	check_true(row, !tls_connect(&pair, client, server));
	if (pair.server.alert != alert) {
		fail_msg("%s: alert %d, not %d", row, pair.server.alert, alert);
	}
	check_row(row, dance_openssl_verify(pair.server.ssl, roster, &result),
		DANCE_DENY_UNPROVEN);
	tls_end(&pair);
}

static void a_certificate_and_its_name(void **state)
{
	(void)state;
	come(&mine, NULL, &said);
	decides(DANCE_ALLOW);
	assert_string_equal(result.name, NAME);
	come(&other, NULL, &said);
	decides(DANCE_DENY_MISMATCH);
}

static void a_certificate_without_a_name(void **state)
{
	(void)state;
	come(&mine, NULL, &silence);
	decides(DANCE_ALLOW);
	come(&other, NULL, &silence);
	decides(DANCE_DENY_MISMATCH);
}

static void a_raw_key(void **state)
{
	(void)state;
	come_with_raw_key(&mine, &said);
	decides(DANCE_ALLOW);
	come_with_raw_key(&mine, &silence);
	decides(DANCE_ALLOW);
	come_with_raw_key(&other, &said);
	decides(DANCE_DENY_MISMATCH);
}

static void a_name_that_breaks_the_rules(void **state)
{
	(void)state;
	static unsigned char longest[255] = { 253 }, longer[255] = { 254 };
	memset(longest + 1, 'a', 254);
	memset(longer + 1, 'a', 254);
	static const struct {
		const char *row;
		struct tls_word word;
	} rows[] = {
		{ "empty body", { "", 0, 0 } },
		{ "empty name", { "", 1, 0 } },
		{ "octets behind", SAID("\x09" NAME ".") },
		{ "octets missing", SAID("\x0a" NAME) },
		{ "NUL",
			SAID("\x09"
			     "a.exam\0le") },
		{ "NUL at the end", SAID("\x0a" NAME "\0") },
		{ "blank",
			SAID("\x09"
			     "a exampl ") },
		{ "asterisk",
			SAID("\x09"
			     "*.example") },
		{ "escape",
			SAID("\x0c"
			     "a\\046example") },
		{ "above ASCII",
			SAID("\x09"
			     "\xe4.exampl") },
		{ "254 octets", { longer, 255, 0 } },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		come(&mine, NULL, &rows[i].word);
		refuses(rows[i].row, SSL_AD_HANDSHAKE_FAILURE);
		come_with_raw_key(&mine, &rows[i].word);
		refuses(rows[i].row, SSL_AD_HANDSHAKE_FAILURE);
	}
	/* That is as long as a name may be; it is none, but that is not TLS's concern. */
	const struct tls_word word = { longest, 254, 0 };
	come(&mine, NULL, &word);
	decides(DANCE_DENY_NAME);
}

static void a_name_beside_another_certificate(void **state)
{
	(void)state;
	struct tls_word word = said;
	word.entry = 1;
	come(&issued, &authority, &word);
	refuses("second entry", SSL_AD_HANDSHAKE_FAILURE);
	come(&issued, &authority, &said);
	decides(DANCE_DENY_MISMATCH);
}

static int hear(unsigned context, const char *body, size_t size, int *alert)
{
	*alert = 0;
	return clientid_extension_read(pair.server.ssl, DANCE_OPENSSL_EXTENSION, context,
		(const unsigned char *)body, size, NULL, 0, alert, NULL);
}

static void a_name_that_was_not_asked_for(void **state)
{
	(void)state;
	int alert;
	come(&mine, NULL, &silence);
	tls_begin(&pair, client, server);
	assert_int_equal(hear(SSL_EXT_TLS1_3_CERTIFICATE, said.body, said.size, &alert), 0);
	assert_int_equal(alert, SSL_AD_HANDSHAKE_FAILURE);
	assert_non_null(handshake_get(pair.server.ssl));
	assert_int_equal(hear(SSL_EXT_TLS1_3_CERTIFICATE, said.body, said.size, &alert), 0);
	/* Once asked for, it may be told once, and nowhere else. */
	assert_true(tls_shake(&pair));
	assert_int_equal(hear(SSL_EXT_TLS1_3_CERTIFICATE_REQUEST, said.body, said.size,
				 &alert),
		0);
	assert_int_equal(hear(SSL_EXT_TLS1_3_CERTIFICATE, said.body, said.size, &alert), 1);
	assert_int_equal(hear(SSL_EXT_TLS1_3_CERTIFICATE, said.body, said.size, &alert), 0);
	tls_end(&pair);
}

static void what_is_asked(void **state)
{
	(void)state;
	come(&mine, NULL, &said);
	assert_true(tls_connect(&pair, client, server));
	assert_int_equal(pair.client.said, 1); /* a name of no octets */
	tls_end(&pair);

	arm(&(struct dance_openssl_options){
		.size = sizeof(struct dance_openssl_options), .extension = 65281 + 7 });
	assert_true(tls_connect(&pair, client, server));
	assert_int_equal(pair.client.said, -1);
	tls_end(&pair);
	tls_say(client, 65281 + 7, &said);
	decides(DANCE_ALLOW);
}

static int take_any(int good, X509_STORE_CTX *of)
{
	(void)good;
	(void)of;
	return 1;
}

static void a_server_that_is_not_armed(void **state)
{
	(void)state;
	SSL_CTX_free(server);
	server = tls_new(&host, NULL);
	come(&mine, NULL, &said);
	decides(DANCE_DENY_CREDENTIAL); /* it did not ask for a certificate */
	/* It asks for a certificate, and for no name. */
	SSL_CTX_set_verify(server, SSL_VERIFY_PEER, take_any);
	decides(DANCE_ALLOW);
	assert_string_equal(result.name, NAME);
	assert_true(tls_connect(&pair, client, server));
	struct dance_openssl_peer *peer = dance_openssl_peer_new(pair.server.ssl, &result);
	assert_non_null(peer);
	assert_null(dance_openssl_peer_shown(peer)->client_id);
	dance_openssl_peer_free(peer);
	tls_end(&pair);
}

static void name_needed(void **state)
{
	(void)state;
	arm(&(struct dance_openssl_options){
		.size = sizeof(struct dance_openssl_options), .need_name = true });
	come(&mine, NULL, &silence);
	refuses("certificate", SSL_AD_HANDSHAKE_FAILURE);
	come_with_raw_key(&mine, &silence);
	refuses("raw key", SSL_AD_HANDSHAKE_FAILURE);
	come(NULL, NULL, &said);
	refuses("nothing", SSL_AD_CERTIFICATE_REQUIRED);
	come(&mine, NULL, &said);
	decides(DANCE_ALLOW);
	come_with_raw_key(&mine, &said);
	decides(DANCE_ALLOW);
}

static void what_must_abort(void **state)
{
	(void)state;
	const struct dance_tlsa anchor = tlsa_of(&authority, 2, 0, 1);
	const struct tls_word stranger = SAID("\x09"
					      "b.example");
	publish_records(NAME, 60, &anchor, 1);
	publish_records("b.example", 60, &anchor, 1);
	dance_roster_free(roster);
	roster = roster_of("a.example b.example", NULL);

	/* Whether that is found out during the handshake or afterwards. */
	for (int during = 0; during < 2; during++) {
		arm(&(struct dance_openssl_options){
			.size = sizeof(struct dance_openssl_options),
			.roster = during ? roster : NULL });
		come(&issued, &authority, &said);
		decides(DANCE_ALLOW);
		come(&issued, &authority, &silence);
		decides(DANCE_ALLOW);
		/* Who names nobody has broken no rule of the draft. */
		come(&other, &authority, &silence);
		decides(DANCE_DENY_CHAIN);
		come(&other, NULL, &said);
		decides(DANCE_DENY_MISMATCH);
		come_with_raw_key(&mine, &said);
		decides(DANCE_DENY_UNUSABLE);
	}
	come(&issued, &authority, &stranger);
	refuses("not in the certificate", SSL_AD_HANDSHAKE_FAILURE);
	come(&expired, &authority, &said);
	refuses("path fails", SSL_AD_HANDSHAKE_FAILURE);
	arm(NULL);
	come(&issued, &authority, &stranger);
	decides(DANCE_DENY_CHAIN);
	come(&expired, &authority, &said);
	decides(DANCE_DENY_CHAIN);
}

static void tls12(void **state)
{
	(void)state;
	arm(&(struct dance_openssl_options){ .size = sizeof(struct dance_openssl_options),
		.alpn = "dot",
		.need_alpn = true });
	come(&mine, NULL, &silence);
	assert_true(SSL_CTX_set_max_proto_version(client, TLS1_2_VERSION));
	refuses("TLS 1.2", SSL_AD_PROTOCOL_VERSION);
}

static void alpn(void **state)
{
	(void)state;
	static const struct {
		const char *offered;
		bool fine;
	} rows[] = {
		{ "\3dot", true },
		{ "\2h2\3dot\4dotx", true },
		{ "\4dotx", false },
		{ "\2do", false },
		{ "\5x\3dot", false },
		{ "\3DOT", false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		arm(&(struct dance_openssl_options){
			.size = sizeof(struct dance_openssl_options), .alpn = "dot" });
		come(&mine, NULL, &silence);
		assert_int_equal(SSL_CTX_set_alpn_protos(client,
					 (const unsigned char *)rows[i].offered,
					 (unsigned)strlen(rows[i].offered)),
			0);
		if (!rows[i].fine) {
			refuses(rows[i].offered, SSL_AD_NO_APPLICATION_PROTOCOL);
			continue;
		}
		const unsigned char *selected;
		unsigned size;
		check_true(rows[i].offered, tls_connect(&pair, client, server));
		SSL_get0_alpn_selected(pair.client.ssl, &selected, &size);
		assert_int_equal(size, 3);
		assert_memory_equal(selected, "dot", 3);
		tls_end(&pair);
		arm(&(struct dance_openssl_options){
			.size = sizeof(struct dance_openssl_options),
			.alpn = "dot",
			.need_alpn = true });
		decides(DANCE_ALLOW);
		/* Without a protocol of its own it chooses none. */
		arm(NULL);
		check_true(rows[i].offered, tls_connect(&pair, client, server));
		SSL_get0_alpn_selected(pair.client.ssl, &selected, &size);
		assert_int_equal(size, 0);
		tls_end(&pair);
	}
}

static void no_alpn(void **state)
{
	(void)state;
	come(&mine, NULL, &silence);
	arm(&(struct dance_openssl_options){
		.size = sizeof(struct dance_openssl_options), .alpn = "dot" });
	decides(DANCE_ALLOW);
	arm(&(struct dance_openssl_options){ .size = sizeof(struct dance_openssl_options),
		.alpn = "dot",
		.need_alpn = true });
	refuses("no ALPN", SSL_AD_NO_APPLICATION_PROTOCOL);
}

static void nobody_is_verified_by_openssl(void **state)
{
	(void)state;
	come(&mine, NULL, &said);
	assert_true(tls_connect(&pair, client, server));
	assert_int_equal(SSL_get_verify_result(pair.server.ssl),
		X509_V_ERR_APPLICATION_VERIFICATION);
	tls_end(&pair);
	/* Nor if it is refused. */
	arm(&(struct dance_openssl_options){
		.size = sizeof(struct dance_openssl_options), .need_name = true });
	come(&mine, NULL, &silence);
	assert_false(tls_connect(&pair, client, server));
	assert_int_equal(SSL_get_verify_result(pair.server.ssl),
		X509_V_ERR_APPLICATION_VERIFICATION);
	tls_end(&pair);
}

static void options_that_are_wrong(void **state)
{
	(void)state;
	char longest[257];
	memset(longest, 'a', 256);
	longest[256] = '\0';
	const struct dance_openssl_options rows[] = {
		{ .size = sizeof(struct dance_openssl_options), .extension = 65536 },
		{ .size = sizeof(struct dance_openssl_options),
			.extension = TLSEXT_TYPE_application_layer_protocol_negotiation },
		{ .size = sizeof(struct dance_openssl_options), .alpn = "" },
		{ .size = sizeof(struct dance_openssl_options), .alpn = longest },
		{ .size = sizeof(struct dance_openssl_options), .need_alpn = true },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		SSL_CTX *ctx = tls_new(&host, NULL);
		assert_false(dance_openssl_arm_server(ctx, &rows[i]));
		assert_int_not_equal(ERR_peek_error(), 0);
		ERR_clear_error();
		SSL_CTX_free(ctx);
	}
	assert_false(dance_openssl_arm_server(server, NULL)); /* a second time */
	assert_int_not_equal(ERR_peek_error(), 0);
	ERR_clear_error();
	SSL_CTX *datagrams = SSL_CTX_new(DTLS_method());
	assert_false(dance_openssl_arm_server(datagrams, NULL));
	assert_int_not_equal(ERR_peek_error(), 0);
	ERR_clear_error();
	SSL_CTX_free(datagrams);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin_scene, end_scene)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_certificate_and_its_name),
		ONE(a_certificate_without_a_name),
		ONE(a_raw_key),
		ONE(a_name_that_breaks_the_rules),
		ONE(a_name_beside_another_certificate),
		ONE(a_name_that_was_not_asked_for),
		ONE(what_is_asked),
		ONE(a_server_that_is_not_armed),
		ONE(name_needed),
		ONE(what_must_abort),
		ONE(tls12),
		ONE(alpn),
		ONE(no_alpn),
		ONE(nobody_is_verified_by_openssl),
		ONE(options_that_are_wrong),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
