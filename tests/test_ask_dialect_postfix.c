/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Postfix's policy delegation: what it asks, and what it is told. */

#include "ask_scene.h"

#include <stdlib.h>

#define dialect (&dialect_postfix)

#define TLS "encryption_protocol=TLSv1.3\n"
#define CERT "ccert_fingerprint=" DIGEST "\n"
#define KEY "ccert_pubkey_fingerprint=" DIGEST "\n"
#define REQUEST "request=smtpd_access_policy\n"

static void the_attributes_are_read(void **state)
{
	(void)state;
	const struct question *question = read_one(dialect,
		REQUEST
		"protocol_state=RCPT\nprotocol_name=ESMTP\nhelo_name=mta.example.net\n"
		"queue_id=\nsender=a@b=c\nclient_address=192.0.2.53\nclient_port=41966\n"
		"instance=123.456.7\n" TLS CERT KEY "policy_context=header\n\n");
	assert_null(question->fault);
	assert_true(question->over_tls && question->has_version && !question->resumed);
	assert_int_equal(question->tls, 3);
	assert_true(question->has_key && question->has_certificate && !question->is_either);
	assert_true(is_digest(question->key) && is_digest(question->certificate));
	assert_string_equal(question->helo, "mta.example.net");
	assert_string_equal(question->remote, "192.0.2.53@41966");
	assert_string_equal(question->instance, "123.456.7");
	assert_true(question->wants_header);
	/* Without TLS, and without a certificate. */
	question = read_one(dialect,
		REQUEST
		"encryption_protocol=\nccert_fingerprint=\nccert_pubkey_fingerprint=\n"
		"client_address=unknown\n\n");
	assert_null(question->fault);
	assert_true(!question->over_tls && !question->has_key && !question->has_certificate);
	assert_string_equal(question->remote, "");
	assert_true(!question->wants_header);
	/* A raw public key. */
	question = read_one(dialect, REQUEST TLS "ccert_fingerprint=\n" KEY "\n");
	assert_null(question->fault);
	assert_true(question->has_key && !question->has_certificate);
}

static void older_versions_are_told_apart(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned tls;
	} rows[] = { { "TLSv1.3", 3 }, { "TLSv1.2", 2 }, { "TLSv1.1", 1 }, { "TLSv1", 0 },
		{ "SSLv3", 0 }, { "TLS1.3", 3 }, { "1.3", 3 }, { "TLSv1.4", 4 },
		{ "tlsV1.3", 3 }, { "TLSvv1.3", 0 }, { "TLS", 0 }, { "TLS1.", 0 },
		{ "1.x", 0 }, { "TLSv1.0", 0 }, { "TLSv1.9", 9 }, { "TL1.3", 0 },
		{ "v1.3", 0 }, { "TLSv1.30", 0 }, { "TLSv2.3", 0 }, { "3", 0 } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[512];
		snprintf(text, sizeof(text),
			REQUEST "encryption_protocol=%s\n" CERT KEY "\n", rows[i].text);
		check_true(rows[i].text, read_one(dialect, text)->tls == rows[i].tls);
	}
}

static void what_is_missing_or_wrong_is_told(void **state)
{
	(void)state;
	static const struct {
		const char *text, *fault;
	} rows[] = {
		{ REQUEST TLS CERT KEY "\n", "" },
		{ TLS CERT KEY "\n", "request is missing" },
		{ "request=other\n" TLS CERT KEY "\n",
			"request is not smtpd_access_policy" },
		{ REQUEST CERT KEY "\n", "encryption_protocol is missing" },
		{ REQUEST TLS KEY "\n", "ccert_fingerprint is missing" },
		{ REQUEST TLS CERT "\n", "ccert_pubkey_fingerprint is missing" },
		{ REQUEST TLS CERT KEY KEY "\n", "ccert_pubkey_fingerprint is there twice" },
		{ REQUEST TLS CERT KEY "noise\n\n", "a line is no attribute" },
		{ REQUEST TLS CERT "ccert_pubkey_fingerprint=xyz\n\n",
			"ccert_pubkey_fingerprint is no fingerprint" },
		{ REQUEST TLS "ccert_fingerprint=xyz\n" KEY "\n",
			"ccert_fingerprint is no fingerprint" },
		{ "request=other\n" TLS KEY "\n", "request is not smtpd_access_policy" },
		{ REQUEST TLS TLS KEY "\n", "encryption_protocol is there twice" },
		{ "\n", "request is missing" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_string_equal(fault_of(dialect, rows[i].text), rows[i].fault);
	}
	static char nul[] = REQUEST TLS CERT KEY "x=\0\n\n";
	struct question question;
	dialect->read(nul, sizeof(nul) - 1, &question);
	assert_string_equal(question.fault, "a line is no attribute");
}

/* What is longer than there is room for is left out, or cut. */
static void a_value_has_bounds(void **state)
{
	(void)state;
	char text[1024], name[300], address[300];
	for (size_t size = DANCE_NAME_SIZE - 2; size <= DANCE_NAME_SIZE; size++) {
		memset(name, 'a', sizeof(name));
		name[size] = '\0';
		snprintf(text, sizeof(text),
			REQUEST "helo_name=%s\ninstance=%s\n" TLS CERT KEY "\n", name,
			name);
		const struct question *question = read_one(dialect, text);
		assert_string_equal(question->helo, size < DANCE_NAME_SIZE ? name : "");
		assert_int_equal(strlen(question->instance), QUESTION_INSTANCE_SIZE - 1);
	}
	static const struct {
		const char *address, *port, *remote;
	} rows[] = {
		{ "192.0.2.1", "", "192.0.2.1" },
		{ "192.0.2.1", "7", "192.0.2.1@7" },
		{ "2001:db8::1", "65535", "2001:db8::1@65535" },
		{ "2001:db8::1", "65536", "" },
		{ "", "7", "" },
		{ "", "", "" },
		{ "host", "7", "" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		snprintf(text, sizeof(text),
			REQUEST "client_address=%s\nclient_port=%s\n" TLS CERT KEY "\n",
			rows[i].address, rows[i].port);
		assert_string_equal(read_one(dialect, text)->remote, rows[i].remote);
	}
	memset(address, '1', sizeof(address));
	address[299] = '\0';
	snprintf(text, sizeof(text), REQUEST "client_address=%s\n" TLS CERT KEY "\n",
		address);
	assert_string_equal(read_one(dialect, text)->remote, "");
}

static void other_digests_are_no_fault_of_the_client(void **state)
{
	(void)state;
	const struct question *question = read_one(dialect,
		REQUEST TLS
		"ccert_fingerprint=00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F\n"
		"ccert_pubkey_fingerprint=00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:"
		"0E:0F\n\n");
	assert_null(question->fault);
	assert_int_equal(question->digest_size, 16);
	assert_true(!question->has_key && !question->has_certificate);
}

static void a_question_has_bounds(void **state)
{
	(void)state;
	static char octets[QUESTION_SIZE_MAX];
	size_t whole;
	memset(octets, 'a', sizeof(octets));
	assert_int_equal(dialect->frame(octets, 16383, &whole), QUESTION_PART);
	assert_int_equal(dialect->frame(octets, 16384, &whole), QUESTION_NONE);
	memcpy(octets + 16382, "\n\n", 2);
	assert_int_equal(dialect->frame(octets, sizeof(octets), &whole), QUESTION_WHOLE);
	assert_int_equal(whole, 16384);
	octets[16382] = 'a';
	memcpy(octets + 16383, "\n\n", 2);
	assert_int_equal(dialect->frame(octets, sizeof(octets), &whole), QUESTION_NONE);
	char many[1024] = REQUEST TLS CERT KEY;
	for (int i = 4; i < 128; i++) {
		strcat(many, "x=\n");
	}
	char text[1100];
	snprintf(text, sizeof(text), "%s\n", many);
	assert_string_equal(fault_of(dialect, text), "");
	snprintf(text, sizeof(text), "%sx=\n\n", many);
	assert_string_equal(fault_of(dialect, text), "there are too many attributes");
}

static void nobody_is_refused_here(void **state)
{
	(void)state;
	struct question question = { 0 }, header = { .wants_header = true };
	for (unsigned i = 0; i < dance_verdict_count() + 1; i++) {
		enum dance_verdict verdict = (enum dance_verdict)i;
		const char *text = answer_to(dialect, &question, verdict, "mx.example.org");
		char deferred[100];
		snprintf(deferred, sizeof(deferred),
			"action=DEFER_IF_REJECT 4.7.5 DANE client lookup failed (%s)\n\n",
			dance_verdict_name(verdict));
		switch (dance_verdict_class(verdict)) {
		case DANCE_CLASS_ALLOW:
			assert_string_equal(text, "action=OK\n\n");
			break;
		case DANCE_CLASS_DENY:
			assert_string_equal(text, "action=DUNNO\n\n");
			break;
		case DANCE_CLASS_FAIL:
			assert_string_equal(text, deferred);
			break;
		}
		/* A header adds to what others accept. */
		text = answer_to(dialect, &header, verdict, "mx.example.org");
		assert_string_equal(text,
			verdict == DANCE_ALLOW ?
				"action=PREPEND Authentication-Results: mx.example.org; "
				"x-dance=pass policy.name=mta.example.net\n\n" :
				"action=DUNNO\n\n");
		assert_string_equal(answer_to(dialect, &header, verdict, NULL),
			"action=DUNNO\n\n");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_attributes_are_read),
		cmocka_unit_test(older_versions_are_told_apart),
		cmocka_unit_test(what_is_missing_or_wrong_is_told),
		cmocka_unit_test(a_value_has_bounds),
		cmocka_unit_test(other_digests_are_no_fault_of_the_client),
		cmocka_unit_test(a_question_has_bounds),
		cmocka_unit_test(nobody_is_refused_here),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
