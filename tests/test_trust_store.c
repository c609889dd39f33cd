/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Files of CA certificates: read whole or not at all, with a sentence. */

#include "check.h"
#include "fixture.h"
#include "trust_store.h"

#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct credential first, second;
static char path[] = "/tmp/dance-trust-XXXXXX";

const struct fixture fixtures[] = {
	{ &first, { .key = KEY_P256, .common_name = "first", .authority = true } },
	{ &second, { .key = KEY_ED25519, .authority = true } },
	{ NULL, { 0 } },
};

static int make(void **state)
{
	make_fixtures(state);
	int file = mkstemp(path);
	return file < 0 ? -1 : close(file);
}

static int clear(void **state)
{
	clear_fixtures(state);
	return unlink(path);
}

static void write_text(const char *mode, const char *text)
{
	FILE *file = fopen(path, mode);
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void write_certificate(const char *mode, const struct credential *certificate)
{
	gnutls_datum_t pem;
	assert_int_equal(gnutls_x509_crt_export2(certificate->certificate,
				 GNUTLS_X509_FMT_PEM, &pem),
		0);
	write_text(mode, (const char *)pem.data);
	gnutls_free(pem.data);
}

static void check_refused(const char *file, const char *part)
{
	char error[DANCE_ERROR_SIZE] = "";
	assert_null(dance_trust_new(file, error));
	if (strstr(error, file) == NULL || strstr(error, part) == NULL) {
		fail_msg("'%s'", error);
	}
}

static void all_certificates_are_read(void **state)
{
	(void)state;
	char error[DANCE_ERROR_SIZE];
	write_text("w", "Some words before.\n");
	write_certificate("a", &first);
	write_text("a", "And some between.\n");
	write_certificate("a", &second);
	struct dance_trust *trust = dance_trust_new(path, error);
	assert_non_null(trust);
	assert_int_equal(trust->count, 2);
	const struct credential *const wanted[] = { &first, &second };
	for (int i = 0; i < 2; i++) {
		assert_int_equal(trust->der[i].size, wanted[i]->whole[0].size);
		assert_memory_equal(trust->der[i].data, wanted[i]->octets[0],
			trust->der[i].size);
	}
	dance_trust_free(trust);
	dance_trust_free(NULL);
}

static void what_cannot_be_read_is_refused(void **state)
{
	(void)state;
	check_refused("/nowhere/at/all.pem", "");
	check_refused("/", "");
	write_text("w", "");
	check_refused(path, "");
	write_text("w", "Words, but no certificate.\n");
	check_refused(path, "");
	write_text("w",
		"-----BEGIN CERTIFICATE-----\nMAAwAAMA\n"
		"-----END CERTIFICATE-----\n");
	check_refused(path, "");
}

/* What is issued by another one is no root, though it is trusted as far as it goes. */
static void roots_are_those_that_signed_themselves(void **state)
{
	(void)state;
	char error[DANCE_ERROR_SIZE];
	struct credential between;
	make_certificate(&between,
		&(struct wish){ .key = KEY_P256,
			.issuer = &first,
			.common_name = "between",
			.authority = true });
	write_certificate("w", &first);
	write_certificate("a", &between);
	struct dance_trust *trust = dance_trust_new(path, error);
	assert_non_null(trust);
	assert_true(trust->certificates[0].root);
	assert_false(trust->certificates[1].root);
	dance_trust_free(trust);
	clear_certificate(&between);
}

/* Half a store would refuse whom the operator trusts, and nobody would know why. */
static void one_bad_certificate_spoils_the_file(void **state)
{
	(void)state;
	write_certificate("w", &first);
	write_text("a",
		"-----BEGIN CERTIFICATE-----\nMAAwAAMA\n"
		"-----END CERTIFICATE-----\n");
	check_refused(path, "");
	write_text("w",
		"-----BEGIN CERTIFICATE-----\nMAAwAAMA\n"
		"-----END CERTIFICATE-----\n");
	write_certificate("a", &first);
	check_refused(path, "");
}

/* So does one that is larger than any that is worked with. */
static void a_large_certificate_spoils_the_file(void **state)
{
	(void)state;
	static struct alternative_name names[2000];
	struct credential large;
	for (size_t i = 0; i < ROWS(names); i++) {
		names[i] = (struct alternative_name)DNS("name.example");
	}
	make_certificate(&large,
		&(struct wish){
			.names = names, .name_count = ROWS(names), .authority = true });
	write_certificate("w", &first);
	write_certificate("a", &large);
	check_refused(path, "too large");
	clear_certificate(&large);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_certificates_are_read),
		cmocka_unit_test(what_cannot_be_read_is_refused),
		cmocka_unit_test(roots_are_those_that_signed_themselves),
		cmocka_unit_test(one_bad_certificate_spoils_the_file),
		cmocka_unit_test(a_large_certificate_spoils_the_file),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
