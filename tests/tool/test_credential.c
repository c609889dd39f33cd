/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which block of a PEM text counts, and why none does. What stands in a block is made up. */

#include "../check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "credential.h"
#include "der_certificate.h"
#include "file.h"
#include "key.h"
#include "pem.h"

/* --- readers of octets ------------------------------------------------------------------- */

static bool unreadable; /* what is in the blocks */
static enum key_form form_asked;

bool __wrap_der_certificate_spki(struct dance_octets certificate,
	struct dance_octets *spki);
bool __wrap_der_certificate_spki(struct dance_octets certificate, struct dance_octets *spki)
{
	*spki = (struct dance_octets){ certificate.data + 1, 1 };
	return !unreadable;
}

bool __wrap_der_is_spki(struct dance_octets octets);
bool __wrap_der_is_spki(struct dance_octets octets)
{
	assert_true(octets.size != 0);
	return !unreadable;
}

bool __wrap_key_spki(enum key_form form, struct dance_octets key, struct dance_octets *spki,
	const char **why);
bool __wrap_key_spki(enum key_form form, struct dance_octets key, struct dance_octets *spki,
	const char **why)
{
	const struct pem_block made = { .body = { (const unsigned char *)"AAAAAAAA", 8 } };
	form_asked = form;
	assert_true(key.size != 0);
	*spki = (struct dance_octets){ NULL, 0 };
	*why = "the key is none";
	return !unreadable && pem_decode(&made, spki, why);
}

static int begin(void **state)
{
	(void)state;
	unreadable = false;
	form_asked = (enum key_form)9;
	return 0;
}

/* --- texts ------------------------------------------------------------------------------- */

#define LETTERS_64 "abcdefghijklmnopabcdefghijklmnopabcdefghijklmnopabcdefghijklmnop"
#define BLOCK(label, body) "-----BEGIN " label "-----\n" body "\n-----END " label "-----\n"
#define CERTIFICATE BLOCK("CERTIFICATE", "AQEB")
#define PUBLIC BLOCK("PUBLIC KEY", "AgIC")
#define NONE "it contains no certificate, public key or private key, but "

static bool read_text(const char *text, struct credential *credential, char *why)
{
	strcpy(why, "");
	memset(credential, 0xff, sizeof(*credential));
	return credential_from_pem((struct dance_octets){ (const unsigned char *)text,
					   strlen(text) },
		credential, why);
}

static void test_the_best_block_counts(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t certificates;
		unsigned char first; /* octet of what counts */
		int form;            /* of a private key; 9: it is none */
	} rows[] = {
		{ CERTIFICATE, 1, 1, 9 },
		{ BLOCK("X509 CERTIFICATE", "AQEB"), 1, 1, 9 },
		{ CERTIFICATE BLOCK("X509 CERTIFICATE", "AwMD") CERTIFICATE, 3, 1, 9 },
		{ BLOCK("PRIVATE KEY", "AwMD") PUBLIC CERTIFICATE, 1, 1, 9 },
		{ PUBLIC, 0, 2, 9 },
		{ BLOCK("PRIVATE KEY", "AwMD") PUBLIC, 0, 2, 9 },
		{ PUBLIC BLOCK("PUBLIC KEY", "AwMD"), 0, 2, 9 },
		{ BLOCK("EC PRIVATE KEY", "BQUF") BLOCK("RSA PRIVATE KEY", "BAQE")
				BLOCK("PRIVATE KEY", "AwMD"),
			0, 3, KEY_PKCS8 },
		{ BLOCK("EC PRIVATE KEY", "BQUF") BLOCK("RSA PRIVATE KEY", "BAQE"), 0, 4,
			KEY_RSA },
		{ BLOCK("ENCRYPTED PRIVATE KEY", "BgYG") BLOCK("EC PRIVATE KEY", "BQUF"), 0,
			5, KEY_EC },
		{ BLOCK("EC PARAMETERS", "BgYG") BLOCK("EC PRIVATE KEY", "BQUF"), 0, 5,
			KEY_EC },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct credential credential;
		char why[DANCE_ERROR_SIZE];
		begin(NULL);
		assert_true(read_text(rows[i].text, &credential, why));
		assert_string_equal(why, "");
		assert_int_equal(credential.certificates, rows[i].certificates);
		assert_int_equal(credential.decoded.data[0], rows[i].first);
		assert_int_equal(form_asked, rows[i].form);
		if (rows[i].certificates != 0) {
			assert_ptr_equal(credential.certificate.data,
				credential.decoded.data);
			assert_int_equal(credential.certificate.size, 3);
			assert_ptr_equal(credential.spki.data, credential.decoded.data + 1);
		} else {
			assert_null(credential.certificate.data);
			assert_ptr_equal(credential.spki.data,
				rows[i].form == 9 ? credential.decoded.data :
						    credential.made.data);
			assert_int_equal(credential.spki.size, rows[i].form == 9 ? 3 : 6);
		}
		credential_clear(&credential);
		assert_null(credential.decoded.data);
		assert_null(credential.made.data);
	}
}

#define ENCRYPTED \
	"the private key is encrypted: decrypt it first, or give the certificate or the public " \
	"key"

static void test_why_none_counts(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
		bool unreadable;
	} rows[] = {
		{ "text",
			"it is not PEM, or contains no certificate, public key or private key" },
		{ BLOCK("EC PARAMETERS", "AAAA"), NONE "EC PARAMETERS" },
		{ BLOCK("\n", "AAAA"),
			"it is not PEM, or contains no certificate, public key or private key" },
		{ BLOCK("A234567890123456789012345678901234567890123456789012345678901234",
			  "AAAA"),
			NONE
			"A234567890123456789012345678901234567890123456789012345678901234" },
		{ BLOCK("A2345678901234567890123456789012345678901234567890123456789012345",
			  "AAAA"),
			NONE
			"A234567890123456789012345678901234567890123456789012345678901234" },
		{ BLOCK("ENCRYPTED PRIVATE KEY", "AAAA"), ENCRYPTED },
		{ BLOCK("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\n\nAAAA"), ENCRYPTED },
		{ BLOCK("CERTIFICATE", "!"), "a PEM block is not base64" },
		{ "-----BEGIN CERTIFICATE-----\n", "a PEM block has no end" },
		{ CERTIFICATE, "no public key can be found in the certificate", true },
		{ PUBLIC, "the public key is not a SubjectPublicKeyInfo", true },
		{ BLOCK("PRIVATE KEY", "AAAA"), "the key is none", true },
		{ BLOCK("RSA PRIVATE KEY", "AAAA"), "the key is none", true },
		{ BLOCK("EC PRIVATE KEY", "AAAA"), "the key is none", true },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct credential credential;
		char why[DANCE_ERROR_SIZE];
		unreadable = rows[i].unreadable;
		assert_false(read_text(rows[i].text, &credential, why));
		assert_string_equal(why, rows[i].why);
		credential_clear(&credential);
	}
}

/* --- chains ------------------------------------------------------------------------------ */

static bool read_chain(const char *text, bool raw_key, struct chain *chain, char *why)
{
	strcpy(why, "");
	memset(chain, 0xff, sizeof(*chain));
	return chain_from_pem((struct dance_octets){ (const unsigned char *)text,
				      strlen(text) },
		raw_key, chain, why);
}

static void test_a_chain_has_certificates_in_their_order(void **state)
{
	(void)state;
	struct chain chain;
	char why[DANCE_ERROR_SIZE];
	unreadable = true; /* nobody looks into them */
	assert_true(read_chain(CERTIFICATE PUBLIC BLOCK("X509 CERTIFICATE", "AwMD"), false,
		&chain, why));
	assert_int_equal(chain.count, 2);
	assert_int_equal(chain.entries[0].data[0], 1);
	assert_int_equal(chain.entries[1].data[0], 3);
	chain_clear(&chain);
	assert_int_equal(chain.count, 0);
	assert_null(chain.entries[0].data);
	assert_true(read_chain(CERTIFICATE PUBLIC, true, &chain, why));
	assert_int_equal(chain.count, 1);
	assert_int_equal(chain.entries[0].data[0], 2);
	chain_clear(&chain);
}

/* One more than the library takes, which then refuses it. */
static void test_a_chain_that_is_too_long(void **state)
{
	(void)state;
	static char text[(CHAIN_MAX + 2) * sizeof(CERTIFICATE)];
	char why[DANCE_ERROR_SIZE];
	for (size_t count = CHAIN_MAX - 1; count <= CHAIN_MAX + 1; count++) {
		struct chain *chain = calloc(1, sizeof(*chain));
		text[0] = '\0';
		for (size_t i = 0; i < count; i++) {
			strcat(text, CERTIFICATE);
		}
		assert_true(read_chain(text, false, chain, why));
		assert_int_equal(chain->count, count < CHAIN_MAX ? count : CHAIN_MAX);
		chain_clear(chain);
		free(chain);
	}
}

static void test_why_there_is_no_chain(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool raw_key;
		const char *why;
	} rows[] = {
		{ PUBLIC, false, "it contains no certificate, but PUBLIC KEY" },
		{ BLOCK(LETTERS_64, "AAAA"), false,
			"it contains no certificate, but " LETTERS_64 },
		{ BLOCK(LETTERS_64 "x", "AAAA"), false,
			"it contains no certificate, but " LETTERS_64 },
		{ CERTIFICATE, true, "it contains no public key, but CERTIFICATE" },
		{ "x", false, "it is not PEM, or contains no certificate" },
		{ "", true, "it is not PEM, or contains no public key" },
		{ PUBLIC PUBLIC, true, "it contains more than one public key" },
		{ CERTIFICATE BLOCK("CERTIFICATE", "!"), false,
			"a PEM block is not base64" },
		{ CERTIFICATE "-----BEGIN X-----\n", false, "a PEM block has no end" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct chain chain;
		char why[DANCE_ERROR_SIZE];
		assert_false(read_chain(rows[i].text, rows[i].raw_key, &chain, why));
		assert_string_equal(why, rows[i].why);
		chain_clear(&chain);
	}
}

static void test_files(void **state)
{
	(void)state;
	char path[] = "/tmp/dance-credential-XXXXXX", why[DANCE_ERROR_SIZE] = "";
	struct credential credential;
	struct chain chain;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, CERTIFICATE, strlen(CERTIFICATE)), strlen(CERTIFICATE));
	close(fd);
	assert_true(credential_from_file(path, &credential, why));
	assert_int_equal(credential.certificates, 1);
	credential_clear(&credential);
	assert_true(chain_from_file(path, false, &chain, why));
	assert_int_equal(chain.count, 1);
	chain_clear(&chain);
	assert_false(chain_from_file(path, true, &chain, why));
	assert_string_equal(why, "it contains no public key, but CERTIFICATE");
	unlink(path);
	memset(&credential, 0xff, sizeof(credential));
	assert_false(credential_from_file(path, &credential, why));
	assert_string_equal(why, "No such file or directory");
	credential_clear(&credential);
	strcpy(why, "");
	chain.count = 7;
	assert_false(chain_from_file(path, false, &chain, why));
	assert_string_equal(why, "No such file or directory");
	assert_int_equal(chain.count, 0);
}

#define ONE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_the_best_block_counts),
		ONE(test_why_none_counts),
		ONE(test_a_chain_has_certificates_in_their_order),
		ONE(test_a_chain_that_is_too_long),
		ONE(test_why_there_is_no_chain),
		ONE(test_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
